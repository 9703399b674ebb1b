// Retry mode "standard" of the AWS SDKs
// (docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
#pragma once

#include <mutex>

#include "base/clock.h"
#include "base/rng.h"

namespace kinesight::aws {

/// How often and how long to try.
struct RetryPolicy {
  int max_attempts = 3;  ///< The first try included. AWS_MAX_ATTEMPTS, max_attempts.
  double max_delay_seconds = 20;
  double base_delay_seconds = 1;
};

/// delay before try `retry` + 1 (retry counts from 0): rand(0,1) x min(base x 2^retry, max).
Clock::Duration retry_delay(const RetryPolicy& policy, int retry, Rng& rng);

/// Tokens that retries cost, so that an outage is not answered with a storm: 500; a retry costs 5, one after
/// a time-out 10; a success gives back what its last retry cost, or 1. Safe for any number of threads.
class RetryQuota {
 public:
  explicit RetryQuota(int capacity = 500) : capacity_(capacity), left_(capacity) {}

  /// Takes `cost` tokens; false when there are not so many.
  bool take(int cost);
  void give(int amount);
  int left() const;

 private:
  const int capacity_;
  mutable std::mutex mutex_;
  int left_;
};

}  // namespace kinesight::aws
