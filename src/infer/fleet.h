// The cameras of the service: those that its file says, less those that a person has paused.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/cameras_file.h"
#include "http/api.h"
#include "infer/backfill/backfill.h"
#include "infer/coverage/keeper.h"
#include "infer/paused_cameras.h"
#include "infer/plans.h"
#include "infer/supervisor.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// What a new file changed: ids of cameras, in the order of the files.
struct FleetChange {
  std::vector<std::string> added, removed, restarted, unchanged;
  std::vector<std::string> stuck;  ///< Whose threads had not ended when nobody waited for them any more.
};

/// What the cameras are made with, and who cares for them; all outlive the fleet.
struct FleetParts {
  const Surroundings& surroundings;
  Supervisor& supervisor;
  CoverageKeeper& coverage;
  Backfill& backfill;
  telemetry::Telemetry telemetry;
};

/// Each camera stands for itself, with a copy of its configuration: what changes one touches no other. Safe
/// for any number of threads; one change at a time.
class Fleet {
 public:
  Fleet(const FleetParts& parts, PausedCameras paused) : parts_(parts), paused_(std::move(paused)) {}

  /// From now on the cameras are those of `file`. What stays the same goes on without a lost frame; what
  /// changes is asked to end and begins anew; up to 5 s are waited for whoever ends. Error: cancelled (after
  /// close()).
  Result<FleetChange> apply(std::shared_ptr<const config::CamerasFile> file);
  /// Whether the camera is watched, until somebody says otherwise, over restarts too. Errors: not_found,
  /// unavailable and denied (it could not be written down), cancelled (after close()).
  Result<> pause(const std::string& camera_id, bool paused);
  /// The end is near: a change that is under way ends soon, and no further one begins.
  void close();

  /// The file in force.
  std::shared_ptr<const config::CamerasFile> file() const;
  /// How each camera does, in the file's order, disabled ones too.
  std::vector<http::CameraStatus> statuses() const;

 private:
  /// A camera of the file.
  struct Member {
    SharedCamera camera;
    SharedPlan backfill;  ///< Null: none.
  };

  bool watched(const config::CameraConfig& camera) const;
  Member begin(const config::CameraConfig& camera);
  void plan_backfills();
  http::CameraStatus status_of(const config::CameraConfig& camera) const;

  const FleetParts parts_;
  std::mutex changing_;  ///< Held over a change. Taken before mutex_.
  std::stop_source closing_;
  std::map<std::string, Member> members_;  ///< Of changing_.
  mutable std::mutex mutex_;               ///< Held for moments, of what follows.
  PausedCameras paused_;
  std::shared_ptr<const config::CamerasFile> file_ = std::make_shared<config::CamerasFile>();
};

}  // namespace kinesight::infer
