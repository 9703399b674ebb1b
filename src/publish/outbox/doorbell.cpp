#include "publish/outbox/doorbell.h"

namespace kinesight::publish::outbox {

void sleep_until(Clock& clock, Clock::Steady deadline, const std::stop_token& wake) {
  if (deadline != kNever) {
    (void)clock.wait_until(deadline, wake);
    return;
  }
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait(lock, wake, [] { return false; });
}

std::stop_token Doorbell::arm() {
  std::lock_guard lock(mutex_);
  if (source_.stop_requested()) source_ = std::stop_source();
  return source_.get_token();
}

void Doorbell::ring() {
  // Outside the lock: whoever is woken may want it at once.
  const auto source = [this] {
    std::lock_guard lock(mutex_);
    return source_;
  }();
  source.request_stop();
}

}  // namespace kinesight::publish::outbox
