// Detectors for the tools: those of a camera of a configuration, or of one type.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/subcommand.h"
#include "config/cameras_file.h"
#include "infer/pipeline.h"
#include "vision/engine.h"

namespace kinesight::cli {

/// An engine of a tool: what a person should know of a model goes to standard error.
vision::EngineOptions engine_options(Context& context);

/// The camera that is called `id`; the only one where `id` is empty. Errors: not_found (the nearest is
/// named), invalid (there are several to choose from, or it has no detectors).
Result<const config::CameraConfig*> camera_of(const config::CamerasFile& file, const std::string& id);

/// What `camera` looks at frames with. Errors: those of the detectors.
Result<infer::DetectorPipeline> pipeline_of_camera(const config::CameraConfig& camera, vision::Engine& engine,
                                                   const Context& context);

/// A single detector of `type`, its options from `params` (read_params()). Errors: invalid, and those of the
/// detector.
Result<infer::DetectorPipeline> pipeline_of_type(const std::string& type,
                                                 const std::vector<std::string>& params,
                                                 vision::Engine& engine, const Context& context);

}  // namespace kinesight::cli
