// Time as the product sees it. Code takes a Clock& so that tests decide what time it is.
#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

namespace kinesight {

/// Wall-clock and steady time, and interruptible waiting.
class Clock {
 public:
  using Duration = std::chrono::nanoseconds;
  using Steady = std::chrono::time_point<std::chrono::steady_clock, Duration>;

  virtual ~Clock() = default;

  /// Unix time in seconds.
  virtual double wall_seconds() const = 0;
  /// Time that never jumps; for intervals and deadlines.
  virtual Steady steady() const = 0;
  /// Waits until `deadline`; false when `stop` was requested first (or already).
  virtual bool wait_until(Steady deadline, std::stop_token stop) = 0;

  /// Waits for `length`; false when `stop` was requested first.
  bool wait_for(Duration length, std::stop_token stop) {
    return wait_until(steady() + length, std::move(stop));
  }
  /// Unix time in whole milliseconds.
  std::int64_t wall_ms() const { return static_cast<std::int64_t>(wall_seconds() * 1000.0); }

  /// The machine's own clock.
  static Clock& system();
};

/// A duration of `seconds` (fractions allowed) for Clock's calls.
constexpr Clock::Duration seconds_duration(double seconds) {
  return std::chrono::duration_cast<Clock::Duration>(std::chrono::duration<double>(seconds));
}

/// A duration in seconds, fractions kept.
constexpr double to_seconds(Clock::Duration length) { return std::chrono::duration<double>(length).count(); }

}  // namespace kinesight
