// A time-out for what can be stopped.
#pragma once

#include <stop_token>
#include <thread>

#include "base/clock.h"

namespace kinesight::clips::doctor {

/// Its token is stopped after `limit`.
class TimeLimit {
 public:
  TimeLimit(Clock& clock, Clock::Duration limit);
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::jthread watch_;  // The last member: its thread uses the other.
};

/// Runs `run` with a stop token that is stopped after `limit`.
template <class Run>
auto within(Clock& clock, Clock::Duration limit, const Run& run) {
  const TimeLimit time(clock, limit);
  return run(time.token());
}

}  // namespace kinesight::clips::doctor
