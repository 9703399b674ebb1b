#include "base/backoff.h"

#include <algorithm>
#include <cmath>

namespace kinesight {

Backoff::Backoff(BackoffPolicy policy, Rng rng) : policy_(policy), rng_(rng) {}

Clock::Duration Backoff::next() {
  const double plain = policy_.initial_seconds * std::pow(policy_.multiplier, tries_++);
  const double bounded = std::min(plain, policy_.max_seconds);
  return seconds_duration(bounded * rng_.uniform(policy_.jitter_low, policy_.jitter_high));
}

void Backoff::reset() { tries_ = 0; }

}  // namespace kinesight
