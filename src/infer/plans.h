// From configuration to parts: the plan of each camera, the publishers of the service.
#pragma once

#include <memory>
#include <vector>

#include "config/cameras_file.h"
#include "infer/camera_worker.h"
#include "infer/service.h"
#include "publish/publisher.h"
#include "vision/engine.h"

namespace kinesight::infer {

using Publishers = std::vector<std::unique_ptr<publish::Publisher>>;

/// The configured publishers. A kind that this version lacks becomes an AbsentSink, logged and shown in
/// health. Error: one that cannot be made, named.
Result<Publishers> make_publishers(const config::CamerasFile& file, const Kinds& kinds,
                                   const publish::PublisherContext& context);

/// How to watch `camera`. The plan refers to `kinds`, `engine`, `clock` and `camera`, which outlive it.
CameraPlan plan_camera(const config::CameraConfig& camera, const Kinds& kinds, vision::Engine& engine,
                       Clock& clock, std::vector<publish::Publisher*> publishers);

}  // namespace kinesight::infer
