// From configuration to parts: the plan of each camera, the publishers of the service.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/session.h"
#include "config/cameras_file.h"
#include "config/environment.h"
#include "infer/camera_worker.h"
#include "infer/service.h"
#include "publish/publisher.h"
#include "vision/engine.h"

namespace kinesight::infer {

/// Where events go.
struct Publishers {
  std::unique_ptr<aws::Session> session;  ///< Of the sinks in AWS; null where there is none. Outlives them.
  std::vector<std::unique_ptr<publish::Publisher>> all;
  std::string snapshot_prefix{event::kSnapshotPrefix};  ///< What the keys of pictures begin with.
};

/// The configured publishers; those in AWS stand together behind one outbox. Error: one that cannot be made,
/// named.
Result<Publishers> make_publishers(const config::CamerasFile& file, const Kinds& kinds,
                                   const publish::PublisherContext& context,
                                   const config::Environment& environment);

/// How to watch `camera`. The plan refers to `kinds`, `engine`, `clock` and `camera`, which outlive it.
CameraPlan plan_camera(const config::CameraConfig& camera, const Kinds& kinds, vision::Engine& engine,
                       Clock& clock, std::vector<publish::Publisher*> publishers,
                       std::string snapshot_prefix = std::string(event::kSnapshotPrefix));

}  // namespace kinesight::infer
