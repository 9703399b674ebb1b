#include "infer/fleet.h"

#include <algorithm>

#include "config/cameras_difference.h"

namespace kinesight::infer {
namespace {

constexpr auto kJoinPatience = std::chrono::seconds(5);

const config::CameraConfig* find(const config::CamerasFile& file, const std::string& camera_id) {
  const auto found = std::ranges::find(file.cameras, camera_id, &config::CameraConfig::id);
  return found == file.cameras.end() ? nullptr : &*found;
}

std::unexpected<Error> closing() { return fail(ErrorKind::cancelled, "the service is shutting down"); }

}  // namespace

Result<FleetChange> Fleet::apply(std::shared_ptr<const config::CamerasFile> file) {
  std::lock_guard one_at_a_time(changing_);
  if (closing_.stop_requested()) return closing();
  FleetChange change;
  for (const auto& camera : this->file()->cameras) {
    if (find(*file, camera.id)) continue;
    parts_.supervisor.remove(camera.id);
    members_.erase(camera.id);
    change.removed.push_back(camera.id);
  }
  for (const auto& camera : file->cameras) {
    const auto member = members_.find(camera.id);
    const bool known = member != members_.end();
    if (known && config::same_camera(*member->second.camera, camera)) {
      change.unchanged.push_back(camera.id);
      continue;
    }
    (known ? change.restarted : change.added).push_back(camera.id);
    members_[camera.id] = begin(camera);
  }
  plan_backfills();
  {
    std::lock_guard lock(mutex_);
    file_ = std::move(file);
  }
  change.stuck = parts_.supervisor.settle(kJoinPatience, closing_.get_token());
  return change;
}

Result<> Fleet::pause(const std::string& camera_id, bool paused) {
  std::lock_guard one_at_a_time(changing_);
  if (closing_.stop_requested()) return closing();
  const auto member = members_.find(camera_id);
  if (member == members_.end()) return fail(ErrorKind::not_found, "no camera is called '{}'", camera_id);
  const auto camera = member->second.camera;
  {
    std::lock_guard lock(mutex_);
    if (paused_.contains(camera_id) == paused) return {};
    if (auto written = paused_.set(camera_id, paused); !written) return written;
  }
  member->second = begin(*camera);
  plan_backfills();
  parts_.supervisor.settle(kJoinPatience, closing_.get_token());
  return {};
}

void Fleet::close() {
  closing_.request_stop();
  std::lock_guard wait_for_a_change(changing_);
}

bool Fleet::watched(const config::CameraConfig& camera) const {
  std::lock_guard lock(mutex_);
  return camera.options.enabled && !paused_.contains(camera.id);
}

/// Watches `camera` in the place of the one of that name, or no longer where it is not to be watched.
Fleet::Member Fleet::begin(const config::CameraConfig& camera) {
  Member member{.camera = std::make_shared<config::CameraConfig>(camera), .backfill = nullptr};
  if (!watched(camera)) {
    parts_.supervisor.remove(camera.id);
    return member;
  }
  auto plan = plan_camera(member.camera, parts_.surroundings,
                          parts_.coverage.recorder(camera.id, camera.options.fps_target));
  parts_.supervisor.put(std::make_shared<CameraWorker>(std::move(plan), parts_.telemetry,
                                                       parts_.surroundings.clock, Rng::from_entropy()));
  if (auto later = plan_backfill(member.camera, parts_.surroundings)) {
    member.backfill = std::make_shared<BackfillPlan>(std::move(*later));
  }
  return member;
}

void Fleet::plan_backfills() {
  std::vector<SharedPlan> plans;
  for (const auto& [id, member] : members_) {
    if (member.backfill) plans.push_back(member.backfill);
  }
  parts_.backfill.replace(std::move(plans));
}

std::shared_ptr<const config::CamerasFile> Fleet::file() const {
  std::lock_guard lock(mutex_);
  return file_;
}

std::vector<http::CameraStatus> Fleet::statuses() const {
  const auto file = this->file();
  std::vector<http::CameraStatus> statuses;
  for (const auto& camera : file->cameras) statuses.push_back(status_of(camera));
  return statuses;
}

http::CameraStatus Fleet::status_of(const config::CameraConfig& camera) const {
  if (const auto worker = parts_.supervisor.find(camera.id)) return worker->status();
  http::CameraStatus status{.id = camera.id, .state = "disabled", .fps_target = camera.options.fps_target};
  std::lock_guard lock(mutex_);
  status.paused = paused_.contains(camera.id);
  return status;
}

}  // namespace kinesight::infer
