#include "stream/consumer/happenings.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "telemetry/catalog.h"

namespace kinesight::stream {
namespace {

/// Calls that failed in a row before it shows: one throttle is nothing.
constexpr int kTrouble = 3;

std::string part_of(const std::string& shard) { return shard.empty() ? "stream" : "shard " + shard; }

}  // namespace

void ShardOpened::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.info(fmt::format("Reading shard {} from {}", shard, from), {}, where);
}

void ShardClosed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.info(
      fmt::format("Shard {} was read to its end; it goes on as: {}", shard, fmt::join(children, ", ")), {},
      where);
}

void ShardAnswered::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.health.forget(part_of(shard));
}

void ShardReadFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  if (in_a_row >= kTrouble) {
    telemetry.health.report(part_of(shard), telemetry::HealthState::degraded, error.error.message);
  }
  telemetry.metrics.add(telemetry::kStreamReadFailures, {call});
  telemetry.log.warning(
      fmt::format("{}{} is tried again in {:.1f} s: {}", shard.empty() ? "" : "Shard " + shard + ": ", call,
                  next_try_seconds, error.error.message),
      {}, where);
}

void ShardGivenUp::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.forget(part_of(shard));
  telemetry.log.error(fmt::format("Shard {} cannot be read: {}", shard, error.message), {}, where);
}

void ShardTrimmed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kStreamTrimmed, {});
  telemetry.health.forget(part_of(shard));
  telemetry.log.error(
      fmt::format("Shard {} is gone and was not read to its end: what was left in it is lost. Retention is "
                  "shorter than the consumer was behind",
                  shard),
      {}, where);
}

void RecordsTrimmed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kStreamTrimmed, {});
  telemetry.log.error(
      fmt::format(
          "Records of shard {} are gone that were not read yet: retention is shorter than the consumer was "
          "behind",
          shard),
      {}, where);
}

void BatchKept::record(const telemetry::Telemetry& telemetry, Where) const {
  for (const RecordFate fate : kRecordFates) {
    if (batch.counts[fate] > 0) {
      telemetry.metrics.add(telemetry::kStreamRecords, {to_string(fate)},
                            static_cast<double>(batch.counts[fate]));
    }
  }
  telemetry.metrics.add(telemetry::kStreamKeysRefused, {}, static_cast<double>(batch.keys_refused));
  std::vector<double> seconds;
  seconds.reserve(batch.ingested_ms.size());
  for (const std::int64_t ms : batch.ingested_ms)
    seconds.push_back(std::max(0.0, static_cast<double>(now_ms - ms) / 1000));
  telemetry.metrics.observe(telemetry::kStreamLatency, {}, seconds);
  if (results > 0) telemetry.metrics.add(telemetry::kStreamWindows, {}, static_cast<double>(results));
  telemetry.metrics.set(telemetry::kStreamKept, {}, static_cast<double>(now_ms) / 1000);
}

void ConsumerStands::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.health.forget("consumer");
  telemetry.metrics.set(telemetry::kStreamShards, {}, static_cast<double>(shards));
  telemetry.metrics.set(telemetry::kStreamOpenKeys, {}, static_cast<double>(open_keys));
  telemetry.metrics.set(telemetry::kStreamKeyLimit, {}, static_cast<double>(max_open_keys));
  if (open_keys < max_open_keys) {
    telemetry.health.forget("windows");
  } else {
    telemetry.health.report(
        "windows", telemetry::HealthState::degraded,
        fmt::format("{} keys are in open windows, as many as consume.max_open_keys allows: "
                    "records of further ones go among the dead letters",
                    open_keys));
  }
  telemetry.metrics.set(telemetry::kStreamBehind, {}, static_cast<double>(behind_ms) / 1000);
  if (watermark_ms) {
    telemetry.metrics.set(telemetry::kStreamWatermark, {}, static_cast<double>(*watermark_ms) / 1000);
  }
}

void ConsumerEnded::record(const telemetry::Telemetry& telemetry, Where where) const {
  std::string text;
  for (const RecordFate fate : kRecordFates)
    text += fmt::format("{}'{}': {}", text.empty() ? "" : ", ", to_string(fate), counts[fate]);
  telemetry.log.info(fmt::format("Consumer final metrics: {{{}}}", text), {}, where);
}

void ConsumerRestarts::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.health.report("consumer", telemetry::HealthState::degraded, error.message);
  telemetry.metrics.add(telemetry::kStreamRestarts, {});
  telemetry.log.error(
      fmt::format("Beginning again from the last checkpoint in {:.1f} s: {}", pause_seconds, error.message),
      {}, where);
}

}  // namespace kinesight::stream
