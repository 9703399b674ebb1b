#include "telemetry/happenings.h"

#include <fmt/format.h>

#include <cmath>

#include "telemetry/catalog.h"

namespace kinesight::telemetry {
namespace {

std::string health_name(const std::string& camera_id) { return "camera " + camera_id; }

}  // namespace

void WorkerStarted::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kWorkerAlive, {camera_id}, 1);
  // The series exist from the start, so that a rate over them never misses the first step.
  telemetry.metrics.add(kInferFrames, {camera_id}, 0);
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
  telemetry.metrics.set(kLastFrame, {camera_id}, capture_time);
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

void FrameDropped::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kFramesDropped, {camera_id, reason});
  telemetry.log.debug("Frame dropped: " + reason, {.camera_id = camera_id}, where);
}

void EventSuppressed::record(const Telemetry& telemetry, Where) const {
  telemetry.metrics.add(kEventsSuppressed, {camera_id, reason});
}

void CameraFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kCameraRecoveries, {camera_id, part});
  telemetry.health.report(health_name(camera_id), HealthState::degraded, error.message);
  telemetry.log.error(
      fmt::format("{} failed, next try in {:.1f} s: {}", part, retry_in_seconds, error.message),
      {.camera_id = camera_id}, where);
}

void CameraRecovered::record(const Telemetry& telemetry, Where where) const {
  telemetry.health.report(health_name(camera_id), HealthState::ok);
  telemetry.log.info("Camera works again", {.camera_id = camera_id}, where);
}

void SourceEnded::record(const Telemetry& telemetry, Where where) const {
  telemetry.log.info(fmt::format("Source ended after {} frames", frames), {.camera_id = camera_id}, where);
}

void PublishFailed::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kPublisherFailures, {sink}, static_cast<double>(count));
  telemetry.health.report("publisher " + sink, HealthState::degraded, error.message);
  telemetry.log.error(fmt::format("Publisher {} failed: {}", sink, error.message),
                      {.camera_id = camera_id, .event_count = count}, where);
}

void LocalDeleted::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kLocalDeleted, {"events"}, static_cast<double>(events));
  telemetry.metrics.add(kLocalDeleted, {"snapshots"}, static_cast<double>(snapshots));
  telemetry.log.info(
      fmt::format("Retention ({}) deleted {} events and {} snapshots", reason, events, snapshots), {}, where);
}

}  // namespace kinesight::telemetry
