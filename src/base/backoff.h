// Exponential backoff with jitter: how long to wait before the next try.
#pragma once

#include "base/clock.h"
#include "base/rng.h"

namespace kinesight {

/// How a Backoff grows. The defaults are those of a camera's reconnect: x2.0, jitter 80-120 %, 5 s to 60 s.
struct BackoffPolicy {
  double initial_seconds = 5;
  double max_seconds = 60;
  double multiplier = 2.0;
  double jitter_low = 0.8;  ///< Each delay is scaled by a factor drawn from [jitter_low, jitter_high).
  double jitter_high = 1.2;
};

/// Counts the tries of one thing and says how long to wait before the next one.
class Backoff {
 public:
  Backoff(BackoffPolicy policy, Rng rng);

  /// The delay before the next try: min(initial x multiplier^tries, max) x jitter.
  Clock::Duration next();
  /// The thing works again: the next delay is the initial one.
  void reset();
  /// Tries since the last reset.
  int tries() const { return tries_; }

 private:
  BackoffPolicy policy_;
  Rng rng_;
  int tries_ = 0;
};

}  // namespace kinesight
