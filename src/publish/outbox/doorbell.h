// Doorbell: wakes a thread that waits for time to pass, or for anything to happen.
#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "base/clock.h"

namespace kinesight::publish::outbox {

/// A deadline that never comes.
inline constexpr Clock::Steady kNever = Clock::Steady::max();

/// Waits until `deadline` or until `wake` is stopped; without a deadline no clock is asked.
void sleep_until(Clock& clock, Clock::Steady deadline, const std::stop_token& wake);

/// One thread waits, any number ring:
///   const auto wake = bell.arm();   // what rings from here on is not missed
///   …look for work…
///   sleep_until(clock, deadline, wake);
class Doorbell {
 public:
  /// A token that the next ring() stops.
  std::stop_token arm();
  /// Any thread.
  void ring();

 private:
  std::mutex mutex_;
  std::stop_source source_;
};

}  // namespace kinesight::publish::outbox
