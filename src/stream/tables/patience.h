// Waiting out what keeps a table from taking what it is given.
#pragma once

#include <atomic>
#include <stop_token>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// The pauses between the tries of one write: throttled partitions recover within seconds, outages take what
/// they take.
inline constexpr BackoffPolicy kTablePauses{
    .initial_seconds = 0.1, .max_seconds = 20, .jitter_low = 0.5, .jitter_high = 1.5};

/// Says what goes wrong with one table: the metric moves with each failure, the log is told once. Safe for
/// any number of threads.
class Patience {
 public:
  /// `clock` outlives it.
  Patience(std::string table, Clock& clock, telemetry::Telemetry telemetry)
      : table_(std::move(table)), clock_(&clock), telemetry_(telemetry) {}

  /// Waits before the next try of a write that failed by `error`. Error: cancelled.
  Result<> wait(Backoff& pauses, const Error& error, std::stop_token stop);
  /// A write went through: so many items.
  void written(std::size_t count);

 private:
  const std::string table_;
  Clock* const clock_;
  const telemetry::Telemetry telemetry_;
  std::atomic<bool> away_{false};
};

}  // namespace kinesight::stream
