#include "clips/happenings.h"

#include "telemetry/catalog.h"

namespace kinesight::clips {
namespace {

telemetry::Fields of_camera(const std::string& camera_id) {
  return camera_id.empty() ? telemetry::Fields{} : telemetry::Fields{.camera_id = camera_id};
}

/// What dashboards call it.
std::string_view result_of(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::done:
      return outcome.sent_before ? "repeated" : "done";
    case Outcome::Kind::dropped:
      return "dropped";
    case Outcome::Kind::failed:
      return "failed";
    case Outcome::Kind::cancelled:
      return "cancelled";
  }
  return "failed";
}

}  // namespace

void CacheFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kCacheFailures, {call});
  telemetry.log.warning(fmt::format("The cache does not {}, going on without: {}", call, error.message), {},
                        where);
}

void CamerasDiscovered::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(telemetry::kCamerasDiscovered, {}, static_cast<double>(active));
  telemetry.log.info(fmt::format("Discovered {} active of {} streams", active, streams), {}, where);
}

void TaskRetried::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kClipRetries, {step});
  telemetry.log.warning(
      fmt::format("Step {} is tried again in {:.1f} s: {}", step, pause_seconds, error.message),
      of_camera(camera_id), where);
}

void ThumbnailFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kThumbnailFailures, {});
  telemetry.log.warning("The clip has no thumbnail: " + error.message, of_camera(camera_id), where);
}

void TaskEnded::record(const telemetry::Telemetry& telemetry, Where where) const {
  double all = 0;
  std::string steps;
  for (const auto& [step, seconds] : outcome.seconds) {
    telemetry.metrics.observe(telemetry::kClipStepTime, {step}, seconds);
    steps += fmt::format("{}{} {:.2f}", steps.empty() ? "" : ", ", step, seconds);
    all += seconds;
  }
  telemetry.metrics.add(telemetry::kClipTasks, {result_of(outcome)});
  if (outcome.kind == Outcome::Kind::done) {
    telemetry.log.info(fmt::format("S2 task {} processed in {:.2f}s ({}){}", camera_id, all, steps,
                                   outcome.stored_before ? "; the clip was there" : ""),
                       of_camera(camera_id), where);
  } else if (outcome.kind == Outcome::Kind::dropped) {
    telemetry.log.warning(fmt::format("S2 skips camera_id={}: {}", camera_id, outcome.error.message),
                          of_camera(camera_id), where);
  } else {
    telemetry.log.error(
        fmt::format("S2 failed for camera_id={}: {} ({})", camera_id, outcome.error.message, outcome.step),
        of_camera(camera_id), where);
  }
}

void TaskHandedOutAgain::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.warning(
      fmt::format("A task was handed out {} times and not settled; it goes to the end of its queue",
                  deliveries),
      {}, where);
}

void TaskBuried::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kClipDeadLetters, {to_string(error.kind)});
  telemetry.log.error(fmt::format("A task is among the dead letters ({}): {}", step, error.message),
                      of_camera(camera_id), where);
}

void TaskStays::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.error(
      fmt::format("A message for {} is not confirmed, its task stays: {}", queue, error.message), {}, where);
}

void ScheduleFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kScheduleFailures, {});
  telemetry.log.warning("Clips are not scheduled, the next look tries again: " + error.message,
                        of_camera(camera_id), where);
}

void TaskScheduled::record(const telemetry::Telemetry& telemetry, Where) const {
  telemetry.metrics.add(telemetry::kClipsScheduled, {camera_id});
}

void TaskTriggered::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.info(fmt::format("A clip of {:.0f} s was asked for, process_id={}", seconds, process_id),
                     of_camera(camera_id), where);
}

void TriggerFailed::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.log.error("A clip was asked for, and its task is not known to be queued: " + error.message,
                      of_camera(camera_id), where);
}

void ClipsSkipped::record(const telemetry::Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(telemetry::kClipsSkipped, {camera_id}, static_cast<double>(clips));
  telemetry.log.warning(fmt::format("{} clips ({:.0f} s) are too long ago and left out", clips, seconds),
                        of_camera(camera_id), where);
}

}  // namespace kinesight::clips
