#include "clips/doctor/time_limit.h"

namespace kinesight::clips::doctor {

TimeLimit::TimeLimit(Clock& clock, Clock::Duration limit)
    : watch_([this, &clock, limit](std::stop_token over) {
        if (clock.wait_for(limit, std::move(over))) stop_.request_stop();
      }) {}

}  // namespace kinesight::clips::doctor
