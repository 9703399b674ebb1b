#include "infer/history/readings.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "telemetry/catalog.h"

namespace kinesight::infer {
namespace {

/// The values of all series, added up by the value of one of their labels.
Named sums(const telemetry::Metrics& metrics, const telemetry::MetricSpec& spec, std::size_t label = 0) {
  Named sums;
  for (const auto& series : metrics.series(spec)) sums[series.labels[label]] += series.value;
  return sums;
}

std::vector<double> latency_counts(const telemetry::Metrics& metrics) {
  std::vector<double> counts(telemetry::kLatencyBucketsMs.size() + 1);
  for (const auto& series : metrics.series(telemetry::kInferLatency)) {
    std::ranges::transform(counts, series.bucket_counts, counts.begin(), std::plus{});
  }
  return counts;
}

/// How much a counter grew; one that is lower than before began again at 0, as one of a camera that was taken
/// away.
double grown(double before, double now) { return now < before ? now : now - before; }

/// How much each counter grew in a unit of time; one that was not there before began at 0.
Named growth(const Named& before, const Named& now, double units) {
  Named growth;
  for (const auto& [name, value] : now) {
    const auto old = before.find(name);
    growth[name] = grown(old == before.end() ? 0 : old->second, value) / units;
  }
  return growth;
}

Named latency(const std::vector<double>& before, const std::vector<double>& now) {
  std::vector<double> counts(now.size());
  std::ranges::transform(before, now, counts.begin(), grown);
  Named quantiles;
  for (const auto& [name, q] : {std::pair{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}}) {
    if (const auto value = quantile(q, telemetry::kLatencyBucketsMs, counts)) quantiles[name] = *value;
  }
  return quantiles;
}

}  // namespace

Readings read(const telemetry::Metrics& metrics) {
  return {.frames = sums(metrics, telemetry::kInferFrames),
          .events = sums(metrics, telemetry::kInferEvents),
          .drops = sums(metrics, telemetry::kFramesDropped, 1),
          .outbox_bytes = sums(metrics, telemetry::kOutboxBytes),
          .outbox_oldest_seconds = sums(metrics, telemetry::kOutboxOldest),
          .latency_counts = latency_counts(metrics)};
}

Point compare(const Readings& before, const Readings& now, double seconds) {
  return {{"frames_per_second", growth(before.frames, now.frames, seconds)},
          {"events_per_minute", growth(before.events, now.events, seconds / 60)},
          {"latency_ms", latency(before.latency_counts, now.latency_counts)},
          {"outbox_bytes", now.outbox_bytes},
          {"outbox_oldest_seconds", now.outbox_oldest_seconds},
          {"dropped_per_second", growth(before.drops, now.drops, seconds)}};
}

std::optional<double> quantile(double q, std::span<const double> bounds, std::span<const double> counts) {
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  if (total <= 0) return std::nullopt;
  const double rank = q * total;
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    if (counts[i] > 0 && below + counts[i] >= rank) {
      const double begin = i == 0 ? 0 : bounds[i - 1];
      return begin + (bounds[i] - begin) * (rank - below) / counts[i];
    }
    below += counts[i];
  }
  return bounds.back();  // Beyond all bounds: at least this.
}

}  // namespace kinesight::infer
