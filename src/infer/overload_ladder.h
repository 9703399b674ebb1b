// What a camera gives up, step by step, when the machine cannot keep up with it. Pure: times come as
// arguments.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "config/overload_options.h"

namespace kinesight::infer {

/// Judges every patience_seconds: when frames were dropped in that time, or the camera's thread was busy for
/// nearly all of it, the next step of the ladder is taken; what is cheaper comes instead of ever later. When
/// for recovery_seconds neither was so and there was room for twice the work, the last step is taken back. A
/// step that has to be taken again at once is held for longer each time, up to sixteen times as long.
class OverloadLadder {
 public:
  explicit OverloadLadder(const config::OverloadOptions& options) : options_(options) {}

  /// A frame was processed, done at `now`, which kept the thread busy for `busy`. Whether steps changed.
  bool processed(Clock::Steady now, Clock::Duration busy);
  /// A frame that was due was dropped. Whether steps changed.
  bool dropped(Clock::Steady now);

  /// There is nothing to be done any more. Whether steps changed.
  bool reset();

  /// Steps that are taken now, from the ladder's first.
  std::size_t rung() const { return rung_; }
  bool holds(config::OverloadStep step) const;

 private:
  bool weigh(Clock::Steady now);
  bool step_up(Clock::Steady now);
  bool step_down(Clock::Steady now);

  const config::OverloadOptions options_;
  std::size_t rung_ = 0;
  std::optional<Clock::Steady> begin_;  ///< Of the time that is being judged.
  Clock::Duration busy_{};              ///< In it.
  int drops_ = 0;                       ///< In it.
  std::optional<Clock::Steady> calm_since_;
  std::optional<Clock::Steady> stepped_down_;
  double caution_ = 1;  ///< By how much recovery_seconds is stretched.
};

}  // namespace kinesight::infer
