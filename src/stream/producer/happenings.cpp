#include "stream/producer/happenings.h"

#include <algorithm>

#include "telemetry/catalog.h"

namespace kinesight::stream {
namespace {

using telemetry::HealthState;
using telemetry::Where;

/// Requests that failed in a row before it shows: one throttle is nothing.
constexpr int kTrouble = 3;
constexpr const char* kPart = "kinesis";

}  // namespace

void RequestFailed::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.metrics.add(telemetry::kProduceFailures, {to_string(error.kind)});
  if (in_a_row >= kTrouble) telemetry.health.report(kPart, HealthState::degraded, error.message);
}

void RequestTaken::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.health.forget(kPart);
}

void ProducerStands::record(const telemetry::Telemetry& telemetry, Where) const {
  // What is counted elsewhere: the counter follows.
  const auto reach = [&](const telemetry::MetricSpec& spec, telemetry::LabelValues labels,
                         std::uint64_t now) {
    telemetry.metrics.add(spec, labels,
                          std::max(0.0, static_cast<double>(now) - telemetry.metrics.value(spec, labels)));
  };
  const auto& sent = progress.sent;
  reach(telemetry::kProduceRead, {}, progress.read);
  reach(telemetry::kProduceRecords, {"sent"}, sent.taken);
  reach(telemetry::kProduceRecords, {"refused"}, progress.refused + sent.refused);
  reach(telemetry::kProduceRecords, {"given_up"}, sent.given_up);
  reach(telemetry::kProduceBytes, {}, sent.taken_bytes);
  reach(telemetry::kProduceRequests, {}, sent.requests);
  reach(telemetry::kProduceRetried, {}, sent.retried);
  reach(telemetry::kProduceThrottled, {}, sent.throttled);
  reach(telemetry::kProduceUncertain, {}, sent.uncertain);
  telemetry.metrics.set(telemetry::kProduceInFlight, {}, in_flight);
  telemetry.metrics.set(telemetry::kProduceWaiting, {}, static_cast<double>(progress.waiting));
  if (!spool) return;
  telemetry.metrics.set(telemetry::kProduceSpoolBytes, {}, static_cast<double>(spool->bytes));
  telemetry.metrics.set(telemetry::kProduceSpoolLimit, {}, static_cast<double>(spool_limit_bytes));
  telemetry.metrics.set(telemetry::kProduceSpoolOldest, {}, spool->oldest_seconds);
  reach(telemetry::kProduceSpoolLost, {}, spool->lost);
}

}  // namespace kinesight::stream
