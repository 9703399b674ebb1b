#include "stream/producer/pace.h"

#include <algorithm>

namespace kinesight::stream {
namespace {

constexpr auto kCatchUp = std::chrono::seconds(1);

}  // namespace

Pace::Pace(std::optional<double> rate, Clock& clock)
    : clock_(clock),
      interval_(rate ? std::optional(seconds_duration(1 / *rate)) : std::nullopt),
      next_(clock.steady()) {}

bool Pace::wait(const std::stop_token& stop) {
  if (stop.stop_requested()) return false;
  if (!interval_) return true;
  const auto now = clock_.steady();
  if (next_ > now && !clock_.wait_until(next_, stop)) return false;
  next_ = std::max<Clock::Steady>(next_, now - kCatchUp) + *interval_;
  return true;
}

}  // namespace kinesight::stream
