#include "telemetry/happenings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "telemetry/camera_happenings.h"
#include "telemetry/catalog.h"

namespace kinesight::telemetry {
namespace {

std::string publisher_name(const std::string& sink) { return "publisher " + sink; }
std::string broker_name(const std::string& connection) { return "rabbitmq " + connection; }

}  // namespace

void WorkerStarted::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kWorkerAlive, {camera_id}, 1);
  // The series exist from the start, so that a rate over them never misses the first step.
  telemetry.metrics.add(kInferFrames, {camera_id}, 0);
  telemetry.metrics.set(kOverloadRung, {camera_id}, 0);
  telemetry.metrics.set(kPictureFrozen, {camera_id}, 0);
  for (const auto* cause : {"died", "stalled", "runaway"}) {
    telemetry.metrics.add(kWorkerRestarts, {camera_id, cause}, 0);
  }
  telemetry.log.info("Worker started: " + camera_id, {.camera_id = camera_id}, where);
}

void WorkerStopped::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kWorkerAlive, {camera_id}, 0);
  const std::string message = "Worker stopped: " + camera_id;
  if (reason.empty()) {
    telemetry.log.info(message, {.camera_id = camera_id}, where);
  } else {
    telemetry.log.error(message + ": " + reason, {.camera_id = camera_id}, where);
  }
}

void FrameProcessed::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kInferFrames, {camera_id});
  telemetry.metrics.observe(kInferLatency, {camera_id}, latency_ms);
  if (still) {
    telemetry.metrics.add(kStillFrames, {camera_id});
  } else {
    telemetry.metrics.observe(kQueueWait, {camera_id}, queue_wait_ms);
    telemetry.metrics.observe(kModelTime, {camera_id}, inference_ms);
  }
  telemetry.metrics.set(kLastFrame, {camera_id}, capture_time);
}

void PacketsGated::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kGatedPackets, {camera_id}, static_cast<double>(count));
}

void EventsRaised::record(const Telemetry& telemetry, Where where) const {
  int count = 0;
  for (const auto& [type, raised] : by_type) {
    telemetry.metrics.add(kInferEvents, {camera_id, type}, raised);
    count += raised;
  }
  Fields fields{.camera_id = camera_id, .latency_ms = std::round(latency_ms * 10) / 10, .event_count = count};
  if (by_type.size() == 1) fields.event_type = by_type.begin()->first;
  telemetry.log.info(fmt::format("Detections: {} event{}", count, count == 1 ? "" : "s"), fields, where);
}

void EventsTaken::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.observe(kEventAge, {camera_id},
                            std::max(age_seconds, 0.0));  // A camera's clock may be ahead.
}

void FrameDropped::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kFramesDropped, {camera_id, reason});
  telemetry.log.debug("Frame dropped: " + reason, {.camera_id = camera_id}, where);
}

void EventSuppressed::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kEventsSuppressed, {camera_id, reason});
}

void OverloadChanged::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kOverloadRung, {camera_id}, rung);
  const auto now =
      rung == 0 ? "it does all that it is asked again" : fmt::format("{}", fmt::join(steps, ", "));
  telemetry.log.warning(fmt::format("Overload of {}: {}", camera_id, now), {.camera_id = camera_id}, where);
}

void CameraFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kCameraRecoveries, {camera_id, part});
  telemetry.health.report(camera_part(camera_id), HealthState::degraded, error.message);
  telemetry.log.error(
      fmt::format("{} failed, next try in {:.1f} s: {}", part, retry_in_seconds, error.message),
      {.camera_id = camera_id}, where);
}

void CameraRecovered::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report(camera_part(camera_id), HealthState::ok);
  telemetry.log.info("Camera works again", {.camera_id = camera_id}, where);
}

void SourceEnded::record(const Telemetry& telemetry, Where where) const {
  telemetry.log.info(fmt::format("Source ended after {} frames", frames), {.camera_id = camera_id}, where);
}

void PublishFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kPublisherFailures, {sink}, static_cast<double>(count));
  telemetry.health.report(publisher_name(sink), HealthState::degraded, error.message);
  telemetry.log.error(fmt::format("Publisher {} failed: {}", sink, error.message),
                      {.camera_id = camera_id, .event_count = count}, where);
}

void PublishRecovered::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report("publisher " + sink, HealthState::ok);
  telemetry.log.info(fmt::format("Publisher {} works again", sink), {}, where);
}

void LocalDeleted::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kLocalDeleted, {"events"}, static_cast<double>(events));
  telemetry.metrics.add(kLocalDeleted, {"snapshots"}, static_cast<double>(snapshots));
  telemetry.log.info(
      fmt::format("Retention ({}) deleted {} events and {} snapshots", reason, events, snapshots), {}, where);
}

void SinkStarted::record(const Telemetry& telemetry, Where) const {
  // The series exist from the start, so that a rate over them never misses the first step.
  for (const auto* counter : {&kPublisherFailures, &kPublished, &kPublishUnwanted, &kPublishRetries,
                              &kPublishUncertain, &kDeadLetters, &kOutboxDropped})
    telemetry.metrics.add(*counter, {sink}, 0);
  telemetry.health.report(publisher_name(sink), HealthState::ok);
}

void BatchSent::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kPublished, {sink}, static_cast<double>(delivered));
  telemetry.metrics.add(kPublishUnwanted, {sink}, static_cast<double>(unwanted));
  telemetry.metrics.add(kPublishRetries, {sink}, static_cast<double>(retried));
  telemetry.metrics.add(kPublishUncertain, {sink}, static_cast<double>(uncertain));
  telemetry.metrics.observe(kPublishLatency, {sink}, latencies_seconds);
}

void SinkAway::record(const Telemetry& telemetry, Where where) const {
  SinkRoundFailed{sink, error}.record(telemetry, where);
  telemetry.log.error(
      fmt::format("Publisher {} is away, entries wait in the outbox: {}", sink, error.message), {}, where);
}

void SinkRoundFailed::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kPublisherFailures, {sink});
  telemetry.health.report(publisher_name(sink), HealthState::degraded, error.message);
}

void SinkBack::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report(publisher_name(sink), HealthState::ok);
  telemetry.log.info(fmt::format("Publisher {} is back after {:.0f} s", sink, away_seconds), {}, where);
}

void EntryBuried::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kDeadLetters, {sink});
  telemetry.metrics.add(kPublisherFailures, {sink});
  telemetry.log.error(fmt::format("Publisher {} refused {} {} times, now a dead letter: {}", sink, name,
                                  tries, error.message),
                      {.camera_id = camera_id}, where);
}

void DeadLettersReturned::record(const Telemetry& telemetry, Where where) const {
  telemetry.log.info(fmt::format("{} dead letters of publisher {} wait in the outbox again", count, sink), {},
                     where);
}

void OutboxDropped::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kOutboxDropped, {sink}, static_cast<double>(count));
  telemetry.metrics.add(kPublisherFailures, {sink}, static_cast<double>(count));
  telemetry.log.error(
      fmt::format("Outbox dropped {} of the {} for publisher {}: {}", count, stream, sink, reason),
      {.event_count = count}, where);
}

void OutboxObserved::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.set(kOutboxEntries, {sink}, static_cast<double>(entries));
  telemetry.metrics.set(kOutboxBytes, {sink}, static_cast<double>(bytes));
  telemetry.metrics.set(kOutboxOldest, {sink}, oldest_seconds);
}

void OutboxFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report("outbox", HealthState::degraded, error.message);
  telemetry.log.error(what + ": " + error.message, {}, where);
}

void OutboxRecovered::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report("outbox", HealthState::ok);
  telemetry.log.info("The outbox works again", {}, where);
}

void OutboxOpened::record(const Telemetry& telemetry, Where where) const {
  telemetry.log.info(
      fmt::format(
          "Outbox: the log of {} holds {} entries{}", stream, entries,
          torn_bytes > 0 ? fmt::format("; {} bytes of an unfinished write were cut off", torn_bytes) : ""),
      {}, where);
}

void KvsSourceStarted::record(const Telemetry& telemetry, Where) const {
  // The series exist from the start, so that a rate over them never misses the first step.
  for (const auto* counter : {&kKvsReconnects, &kKvsFrames, &kKvsUrlRefreshes, &kKvsReadErrors})
    telemetry.metrics.add(*counter, {camera_id}, 0);
  for (const auto* result : {"read", "damaged", "skipped", "lost"})
    telemetry.metrics.add(kKvsFragments, {camera_id, result}, 0);
}

void KvsStateChanged::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kKvsConnectionState, {camera_id}, state);
  telemetry.log.info(fmt::format("Kinesis video: {}", name), {.camera_id = camera_id}, where);
}

void KvsFault::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kKvsFaults, {camera_id, fault});
  if (read_error) telemetry.metrics.add(kKvsReadErrors, {camera_id});
  telemetry.log.warning(what, {.camera_id = camera_id}, where);
}

void KvsReconnecting::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kKvsReconnects, {camera_id});
}

void KvsUrlRefreshed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kKvsUrlRefreshes, {camera_id});
  telemetry.log.debug("HLS session renewed: " + reason, {.camera_id = camera_id}, where);
}

void KvsFragments::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(telemetry::kKvsFragments, {camera_id, result}, count);
}

void KvsFrameRead::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kKvsFrames, {camera_id});
  telemetry.metrics.set(kKvsLastFrame, {camera_id}, capture_time);
}

void Unwatched::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kUnwatched, {camera_id, reason}, seconds);
}

void CoverageDeleted::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kLocalDeleted, {"coverage"}, static_cast<double>(spans));
  telemetry.log.info(fmt::format("Coverage record: {} spans deleted: {}", spans, reason), {}, where);
}

void CoverageFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report("coverage", HealthState::degraded, error.message);
  telemetry.log.error("The coverage record cannot be written: " + error.message, {}, where);
}

void CoverageRecovered::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report("coverage", HealthState::ok);
  telemetry.log.info("The coverage record can be written again", {}, where);
}

void Backfilled::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kBackfilled, {camera_id}, seconds);
  telemetry.metrics.add(kBackfillFailures, {camera_id}, 0);  // The series exists from the start.
}

void BackfillFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kBackfillFailures, {camera_id});
  telemetry.log.warning("Backfill: " + error.message, {.camera_id = camera_id}, where);
}

void BrokerConnecting::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.set(kRabbitMqConnected, {connection}, 0);
  telemetry.metrics.set(kRabbitMqBlocked, {connection}, 0);
  telemetry.metrics.add(kRabbitMqLosses, {connection}, 0);
  telemetry.health.report(broker_name(connection), HealthState::degraded, "not connected yet");
}

void BrokerConnected::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kRabbitMqConnected, {connection}, 1);
  telemetry.health.report(broker_name(connection), HealthState::ok);
  telemetry.log.info(fmt::format("RabbitMQ {} connected: {} on {}", connection, broker, cluster), {}, where);
}

void BrokerLost::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kRabbitMqConnected, {connection}, 0);
  telemetry.metrics.set(kRabbitMqBlocked, {connection}, 0);
  telemetry.metrics.add(kRabbitMqLosses, {connection});
  telemetry.health.report(broker_name(connection), HealthState::degraded, error.message);
  telemetry.log.error(fmt::format("RabbitMQ {} has no connection, next try in {:.1f} s: {}", connection,
                                  retry_in_seconds, error.message),
                      {}, where);
}

void BrokerLeft::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kRabbitMqConnected, {connection}, 0);
  telemetry.health.forget(broker_name(connection));
  telemetry.log.info(fmt::format("RabbitMQ {} ended", connection), {}, where);
}

void BrokerBlocked::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kRabbitMqBlocked, {connection}, 1);
  telemetry.health.report(broker_name(connection), HealthState::degraded, "blocked by the broker: " + reason);
  telemetry.log.warning(fmt::format("RabbitMQ blocks the {}: {}", connection, reason), {}, where);
}

void BrokerUnblocked::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kRabbitMqBlocked, {connection}, 0);
  telemetry.health.report(broker_name(connection), HealthState::ok);
  telemetry.log.info(fmt::format("RabbitMQ blocks the {} no longer", connection), {}, where);
}

void BrokerPublished::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kRabbitMqPublished, {queue, result});
  if (result == "confirmed") {
    telemetry.metrics.observe(kRabbitMqConfirmTime, {"publisher"}, seconds);
  } else {
    telemetry.log.warning(fmt::format("A message for {} was not confirmed: {}", queue, result), {}, where);
  }
}

void BrokerDelivered::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kRabbitMqDelivered, {"consumer"});
  telemetry.metrics.add(kRabbitMqRedelivered, {"consumer"}, redelivered ? 1 : 0);
}

}  // namespace kinesight::telemetry
