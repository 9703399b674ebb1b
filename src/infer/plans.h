// From configuration to parts: the plan of each camera, the publishers of the service.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/cameras_file.h"
#include "infer/backfill/plan.h"
#include "infer/camera_worker.h"
#include "infer/cloud_session.h"
#include "infer/kinds.h"
#include "publish/publisher.h"
#include "vision/engine.h"

namespace kinesight::infer {

/// Where events go.
struct Publishers {
  std::vector<std::unique_ptr<publish::Publisher>> all;
  std::string snapshot_prefix{event::kSnapshotPrefix};  ///< What the keys of pictures begin with.
};

/// The configured publishers; sinks stand together behind one outbox, and those in AWS use `cloud`, which
/// outlives them. Error: one that cannot be made, named.
Result<Publishers> make_publishers(const config::CamerasFile& file, const Kinds& kinds,
                                   const publish::PublisherContext& context, CloudSession& cloud);

/// What the plans of all cameras share; what it refers to outlives them.
struct Surroundings {
  const Kinds& kinds;
  vision::Engine& engine;
  Clock& clock;
  std::vector<publish::Publisher*> publishers{};
  std::string snapshot_prefix{event::kSnapshotPrefix};  ///< What the keys of pictures begin with.
  CloudSession* cloud = nullptr;                        ///< The way to AWS of sources that need one.
  const telemetry::Telemetry* telemetry = nullptr;
};

/// The detectors of `camera` with their rules, and its motion gate. Errors: as DetectorKind's; a region that
/// cannot be, named.
Result<DetectorPipeline> make_pipeline(const config::CameraConfig& camera,
                                       std::span<const vision::DetectorKind> kinds, vision::Engine& engine);

/// A camera's configuration, as long as somebody goes by it.
using SharedCamera = std::shared_ptr<const config::CameraConfig>;

/// How to watch `camera`, and where what it watches is written down (null: nowhere).
CameraPlan plan_camera(const SharedCamera& camera, const Surroundings& surroundings,
                       std::shared_ptr<CoverageRecorder> coverage = nullptr);

/// How to watch later what `camera` missed; nothing where it is not configured, or cannot be.
std::optional<BackfillPlan> plan_backfill(const SharedCamera& camera, const Surroundings& surroundings);

}  // namespace kinesight::infer
