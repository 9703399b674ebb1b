#include "telemetry/camera_happenings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "telemetry/catalog.h"
#include "telemetry/happenings.h"

namespace kinesight::telemetry {
namespace {

std::string picture_name(const std::string& camera_id) { return "picture of camera " + camera_id; }

}  // namespace

void WorkerRestarts::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kWorkerRestarts, {camera_id, reason});
  telemetry.emit(WorkerStopped{camera_id, what}, where);
}

void WorkerStuck::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.set(kWorkerAlive, {camera_id}, 0);
  telemetry.health.report(camera_part(camera_id), HealthState::degraded, what);
  telemetry.log.error("Worker stuck: " + camera_id + ": " + what, {.camera_id = camera_id}, where);
}

void CameraLeft::record(const Telemetry& telemetry, Where) const {
  telemetry.health.forget(camera_part(camera_id));
  telemetry.health.forget(picture_name(camera_id));
  if (for_good) telemetry.metrics.forget("camera_id", camera_id);
}

void ConfigReloaded::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kConfigReloads, {"applied"});
  telemetry.metrics.set(kConfigCurrent, {}, 1);
  telemetry.log.info(
      fmt::format("Configuration reloaded: added [{}], removed [{}], restarted [{}], {} unchanged",
                  fmt::join(added, ", "), fmt::join(removed, ", "), fmt::join(restarted, ", "), unchanged),
      {}, where);
  if (stuck.empty()) return;
  telemetry.log.error(
      fmt::format("These cameras did not stop within 5 s, going on without them: {}", fmt::join(stuck, ", ")),
      {}, where);
}

void ReloadRefused::record(const Telemetry& telemetry, Where where) const {
  telemetry.metrics.add(kConfigReloads, {"refused"});
  telemetry.metrics.set(kConfigCurrent, {}, 0);
  for (const auto& problem : problems) telemetry.log.error("Configuration: " + problem, {}, where);
  telemetry.log.error("Configuration not reloaded, nothing changed: it has the problems above", {}, where);
}

void PictureFroze::record(const Telemetry& telemetry, Where where) const {
  const bool frozen = seconds > 0;
  const auto what = fmt::format("picture frozen for {:.0f} s", seconds);
  telemetry.metrics.set(kPictureFrozen, {camera_id}, frozen ? 1 : 0);
  telemetry.health.report(picture_name(camera_id), frozen ? HealthState::degraded : HealthState::ok,
                          frozen ? what : "");
  const Fields fields{.camera_id = camera_id};
  if (frozen) {
    telemetry.log.warning("Camera sends no new pictures: " + what, fields, where);
  } else {
    telemetry.log.info("Camera sends new pictures again", fields, where);
  }
}

}  // namespace kinesight::telemetry
