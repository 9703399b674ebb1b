// How many times a second something happens, over the last few seconds.
#pragma once

#include <algorithm>
#include <deque>

#include "base/clock.h"

namespace kinesight::infer {

/// Counts over a sliding window of steady time. Not thread-safe.
class RateMeter {
 public:
  /// It happened at `now`.
  void tick(Clock::Steady now) {
    forget(now);
    times_.push_back(now);
  }

  /// Times a second over the window that ends at `now`; 0 when it happened less than twice.
  double per_second(Clock::Steady now) {
    forget(now);
    if (times_.size() < 2) return 0;
    // Up to now, not up to the last tick: a camera that stands still falls to 0 instead of keeping its last
    // rate.
    const double span =
        std::max(to_seconds(times_.back() - times_.front()), to_seconds(now - times_.front()) - period());
    return static_cast<double>(times_.size() - 1) / span;
  }

 private:
  static constexpr auto kWindow = std::chrono::seconds(10);
  static constexpr std::size_t kMost = 1024;

  double period() const {
    return to_seconds(times_.back() - times_.front()) / static_cast<double>(times_.size() - 1);
  }

  void forget(Clock::Steady now) {
    while (!times_.empty() && (now - times_.front() > kWindow || times_.size() >= kMost)) times_.pop_front();
  }

  std::deque<Clock::Steady> times_;
};

}  // namespace kinesight::infer
