#include "aws/retry.h"

#include <algorithm>
#include <cmath>

namespace kinesight::aws {

Clock::Duration retry_delay(const RetryPolicy& policy, int retry, Rng& rng) {
  const double longest =
      std::min(policy.base_delay_seconds * std::exp2(std::min(retry, 30)), policy.max_delay_seconds);
  return seconds_duration(rng.uniform(0, 1) * longest);
}

bool RetryQuota::take(int cost) {
  std::lock_guard lock(mutex_);
  if (left_ < cost) return false;
  left_ -= cost;
  return true;
}

void RetryQuota::give(int amount) {
  std::lock_guard lock(mutex_);
  left_ = std::min(left_ + amount, capacity_);
}

int RetryQuota::left() const {
  std::lock_guard lock(mutex_);
  return left_;
}

}  // namespace kinesight::aws
