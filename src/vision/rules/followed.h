// One object that a judge follows: what its frames said so far.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/frame.h"
#include "vision/plate/vote.h"
#include "vision/rules/gone.h"
#include "vision/rules/judge.h"

namespace kinesight::vision {

/// What is kept of one track. Bounded: by temporal_window, the growth's time and the vote's own bound.
class Followed {
 public:
  Followed(TrackId track, const JudgeOptions& options);

  /// It was seen in this frame and counts (score, size, region). Followed by frame_ends().
  void seen(const Frame& frame, const Detection& detection);
  /// The frame has been judged; with or without it.
  void frame_ends();

  /// In how many frames of the window it counted, this one included when seen() was called for it.
  int hits() const;
  /// How sure these frames are of it together, from 0.5 to 1 (rules/evidence.h).
  double certainty() const;
  /// As it was seen last, its label what all its frames say together.
  Detection best_account() const;
  /// Why it does not behave as its kind does; nothing for those of which nothing is asked.
  std::optional<Fault> doubt() const;

  /// The sighting of `account`, which has been reported from now on.
  Sighting report(Sighting::Kind kind, Detection account, double time);
  /// Whether `account` is worth an update at `time`: another label, or a far better reading, and not too soon
  /// after the last report. The more often there is something better, the longer the next takes.
  bool better_than_reported(const Detection& account, double time) const;

  /// Of one that raised nothing yet: whether it was first seen about where and when `other` was seen last:
  /// within two seconds, no further than `other` is long from where that was or, by its velocity then, may
  /// have come since, and not of quite another size. Objects that turn or are not found for a while are lost
  /// by a tracker that way.
  bool takes_over_from(const Followed& other) const;

  bool raised() const { return raised_; }
  bool seen_now() const { return seen_now_.has_value(); }
  const KnownObject& known() const { return known_; }
  /// It is an object that raised its event before, on another track.
  void is(const KnownObject& before, double time);

 private:
  const JudgeOptions* options_;
  KnownObject known_;
  /// The evidence of each frame, none where it did not count; the newest last, without the one that is being
  /// judged.
  std::deque<std::optional<double>> window_;
  std::optional<double> seen_now_;
  /// Where it was seen first and when, and lately.
  struct Place {
    double time = 0;
    Box box;
  };
  void remember(const Place& place);

  Box first_box_;
  std::deque<Place> lately_;  ///< Within a second, the newest last.
  Detection last_;
  std::map<std::string, double> labels_;  ///< Sum of the confidence of each, where they vote.
  std::optional<plate::Vote> vote_;
  std::optional<GrowthWitness> growth_;
  double last_seen_ = 0;
  bool raised_ = false;
};

}  // namespace kinesight::vision
