// Objects that raised an event and went, in case they come back.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "vision/detector.h"
#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// What is known of an object that raised an event, whichever track it goes by. Times are capture times,
/// Unix seconds.
struct KnownObject {
  TrackId object = 0;
  double first_seen = 0;
  std::int64_t frames = 0;  ///< In which it counted.
  double last_report = 0;
  double patience = 2;  ///< Seconds from its last report to one of a better account.
  Detection account;    ///< As it was reported last.
};

/// One that went.
struct GoneObject {
  KnownObject known;
  double went = 0;    ///< When it was given up: capture time, Unix seconds.
  bool left = false;  ///< It went out of the picture: where it was seen tells nothing of what is there later.
};

/// Whether `now` is likely what `before` was: of the same type, with nearly the same text (a plate; one
/// letter may differ), or of the same label where it was: an IoU of 0.3, or, of what `flickers` (fire and
/// smoke, whose boxes grow and shrink from frame to frame), half of the smaller box.
bool same_object(const Detection& before, const Detection& now, bool flickers = false);

/// Remembers the 1,000 that went last.
class GoneObjects {
 public:
  /// `flicker`: as same_object() has it.
  explicit GoneObjects(bool flicker = false) : flicker_(flicker) {}

  void add(GoneObject object);

  /// The one that `detection` is likely to be (same_object(), by its text alone where it left) and that went
  /// less than `cooldown_seconds` ago, or before a clock was set back by less than that; it is taken out.
  std::optional<KnownObject> find(const Detection& detection, double time, double cooldown_seconds);

 private:
  const bool flicker_;
  std::deque<GoneObject> objects_;  ///< The last to go at the back.
};

}  // namespace kinesight::vision
