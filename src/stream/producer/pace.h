// So many a second.
#pragma once

#include <optional>
#include <stop_token>

#include "base/clock.h"

namespace kinesight::stream {

/// Holds back who goes too fast. For one thread; `clock` outlives it.
class Pace {
 public:
  /// `rate` a second; without one nobody is held back.
  Pace(std::optional<double> rate, Clock& clock);

  /// Waits until the next may go. Who was late may catch up, by a second's worth at most. False when `stop`
  /// was requested.
  bool wait(const std::stop_token& stop);

 private:
  Clock& clock_;
  const std::optional<Clock::Duration> interval_;
  Clock::Steady next_;
};

}  // namespace kinesight::stream
