// What the dashboard draws over time, read from the metrics at one moment and compared with the moment
// before.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "telemetry/metrics.h"

namespace kinesight::infer {

/// Values by name: of a camera, a sink, a reason, a quantile.
using Named = std::map<std::string, double>;

/// The metrics that are drawn, as they stand at a moment.
struct Readings {
  Named frames{};                 ///< By camera, since the start.
  Named events{};                 ///< By camera, since the start.
  Named drops{};                  ///< Frames by reason, since the start.
  Named outbox_bytes{};           ///< By sink.
  Named outbox_oldest_seconds{};  ///< By sink.
  std::vector<double>
      latency_counts{};  ///< Of all cameras, in each bucket of infer_latency_ms, since the start.
};

/// Reads them.
Readings read(const telemetry::Metrics& metrics);

/// The lines of each chart at a moment, by the charts' names in /api/history. What is unknown is absent.
using Point = std::map<std::string, Named>;

/// What happened from `before` to `now`, `seconds` later (more than 0).
Point compare(const Readings& before, const Readings& now, double seconds);

/// The value below which the share `q` of the values lie, by the line through their bucket, as
/// histogram_quantile of Prometheus has it. `counts` has one more entry than `bounds`; nothing where all are
/// 0.
std::optional<double> quantile(double q, std::span<const double> bounds, std::span<const double> counts);

}  // namespace kinesight::infer
