// The last hour of the service's metrics, for the dashboard's charts.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/worker.h"
#include "http/api_route.h"
#include "infer/history/readings.h"

namespace kinesight::infer {

/// Looks at the metrics every 15 s and keeps an hour of what it saw, in memory.
class History {
 public:
  static constexpr int kStepSeconds = 15;
  static constexpr int kMinutes = 60;
  static constexpr std::size_t kPoints = kMinutes * 60 / kStepSeconds;

  /// Both outlive it.
  History(const telemetry::Metrics& metrics, Clock& clock) : metrics_(metrics), clock_(clock) {}

  /// Starts the thread that looks; it ends with this object.
  void start();
  /// Looks now: from the second time on there is a point for the time since the last one.
  void look();
  /// {"step_seconds","times":[Unix seconds],"series":{chart:{line:[value or null]}}} of the newest `minutes`.
  std::string json(int minutes) const;
  /// GET /api/history?minutes=60. Refers to this object.
  http::ApiRoute route() const;

 private:
  struct Moment {
    std::int64_t unix_seconds = 0;
    Point point;
  };
  struct Last {
    Clock::Steady at;
    Readings readings;
  };

  const telemetry::Metrics& metrics_;
  Clock& clock_;
  std::optional<Last> last_;  ///< Only the one thread that looks uses it.
  mutable std::mutex mutex_;
  std::deque<Moment> moments_;  ///< The oldest first.
  std::unique_ptr<Worker> thread_;
};

}  // namespace kinesight::infer
