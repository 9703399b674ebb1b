// Whether a camera's thread gets anywhere, as seen from outside.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::infer {

/// Why a camera's thread is better started anew.
struct Trouble {
  std::string_view reason;  ///< "stalled", "runaway".
  Error error;
};

/// Told by the camera's thread, asked by its supervisor.
///
/// Stalled is a thread that has read no frame for `watchdog_seconds` although it was at it. One that rests
/// after a failure, whose source has ended, or which plays a recording is not; opening a source, which makes
/// tries of its own, may take ten times as long. Runaway is a live source whose pictures outrun time: in each
/// of three spans of 10 s in a row its capture times went by five times as fast as ours, or there were more
/// than 500 frames a second. A source that catches up does so for a shorter time.
class VitalSigns {
 public:
  /// What the thread is at.
  enum class Doing { resting, opening, watching };

  /// 0: never in trouble.
  explicit VitalSigns(double watchdog_seconds) : watchdog_seconds_(watchdog_seconds) {}

  void now_doing(Doing what, Clock::Steady now);
  /// A frame was read.
  void frame(double capture_time, bool live, Clock::Steady now);
  std::optional<Trouble> trouble(Clock::Steady now) const;

 private:
  /// A span of time, and what was read in it.
  struct Span {
    Clock::Steady begin;
    double first_capture_time = 0;
    std::int64_t frames = 0;
  };
  void judge_pace(double capture_time, Clock::Steady now);

  const double watchdog_seconds_;
  mutable std::mutex mutex_;
  Doing doing_ = Doing::resting;
  Clock::Steady since_{};  ///< The last sign of life.
  std::optional<Span> span_;
  int outrun_ = 0;  ///< Spans in a row in which pictures outran time.
};

}  // namespace kinesight::infer
