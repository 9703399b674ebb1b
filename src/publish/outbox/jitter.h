// Full jitter: how long to wait before the next try.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/clock.h"
#include "base/rng.h"

namespace kinesight::publish::outbox {

/// rand(0, min(most, base x 2^n)); see "Exponential Backoff And Jitter" in the AWS Architecture Blog.
class Jitter {
 public:
  Jitter(int base_ms, int most_ms, Rng rng) : base_ms_(base_ms), most_ms_(most_ms), rng_(rng) {}

  /// After `failures` in a row, at least one.
  Clock::Duration after(int failures) {
    const double bound = std::min(most_ms_, base_ms_ * std::exp2(std::min(failures - 1, 60)));
    return seconds_duration(rng_.uniform(0, bound) / 1000);
  }

 private:
  double base_ms_;
  double most_ms_;
  Rng rng_;
};

}  // namespace kinesight::publish::outbox
