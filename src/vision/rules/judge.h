// The judge: what one detector of one camera finds, frame by frame, and what is worth an event.
//
//   detections -> size and regions -> tracker -> confirmation (and growth) -> cooldown -> sightings
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/frame.h"
#include "vision/plate/rules.h"
#include "vision/rules/growth.h"
#include "vision/rules/region.h"
#include "vision/rules/rule_options.h"
#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// What a judge goes by.
struct JudgeOptions {
  RuleOptions rules;
  std::vector<Region> regions{};
  /// Boxes of different labels can be one object, whose label is what most of its frames say; otherwise an
  /// object has one label.
  bool labels_vote = false;
  std::optional<GrowthOptions> growth{};     ///< Fire and smoke must grow or live before they count.
  std::optional<plate::TextJudge> plates{};  ///< Labels are plates' texts, which vote letter by letter.
};

/// Something worth an event.
struct Sighting {
  enum class Kind {
    first,   ///< An object is confirmed.
    again,   ///< Every second anew, where cooldown_seconds is 0.
    better,  ///< A better reading, or another label, of an object that raised one.
    still,   ///< It is still there after its cooldown.
    ended,   ///< It has gone.
  };
  Kind kind = Kind::first;
  TrackId object = 0;     ///< The same for all sightings of an object, also one that was lost and found.
  Detection detection;    ///< As it was seen last; its label is what the object's frames say together.
  double first_seen = 0;  ///< Capture time, Unix seconds.
  double last_seen = 0;
  std::int64_t frames = 0;  ///< In which it counted.
};

/// What a judge says of a frame.
struct Judgement {
  std::vector<Detection> visible;  ///< What counts in this frame, and is to be drawn; labels voted.
  std::vector<Sighting> sightings;
  std::vector<Ruling> rulings;  ///< One a detection, in the order given.
};

/// Judges the detections of one detector of one camera. Frames come in order of capture; used by one thread.
/// What it remembers is bounded: at most 300 tracks, and 1,000 that have gone.
class Judge {
 public:
  explicit Judge(JudgeOptions options);
  ~Judge();
  Judge(Judge&&) noexcept;
  Judge& operator=(Judge&&) noexcept;

  /// `frame` is what `detections` were found in; its pixels are looked at for growth alone.
  Judgement judge(const Frame& frame, const std::vector<Detection>& detections);

  /// Forgets all objects: the next frame is of another time or place.
  void forget();

  /// For a still picture: what counts by score, size and regions; no confirmation.
  std::vector<Ruling> glance(const Frame& frame, const std::vector<Detection>& detections) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision
