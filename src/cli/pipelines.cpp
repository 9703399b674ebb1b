#include "cli/pipelines.h"

#include <algorithm>
#include <ostream>

#include "cli/components.h"
#include "cli/params.h"
#include "config/nearest.h"
#include "infer/plans.h"

namespace kinesight::cli {

vision::EngineOptions engine_options(Context& context) {
  return {.patience = {},
          .note = [&context](std::string_view note) { context.err << "note: " << note << "\n"; }};
}

Result<const config::CameraConfig*> camera_of(const config::CamerasFile& file, const std::string& id) {
  std::vector<std::string> known;
  for (const auto& camera : file.cameras) known.push_back(camera.id);
  if (id.empty() && file.cameras.size() != 1) {
    return fail(ErrorKind::invalid, "--camera: expected one of {}, found nothing", config::show(known));
  }
  const auto camera =
      id.empty() ? file.cameras.begin() : std::ranges::find(file.cameras, id, &config::CameraConfig::id);
  if (camera == file.cameras.end()) {
    return fail(ErrorKind::not_found, "--camera: the configuration has no camera '{}'{}", id,
                config::did_you_mean(id, known));
  }
  if (!camera->detectors.empty()) return &*camera;
  return fail(ErrorKind::invalid, "camera '{}' has no detectors", camera->id);
}

Result<infer::DetectorPipeline> pipeline_of_camera(const config::CameraConfig& camera, vision::Engine& engine,
                                                   const Context& context) {
  if (!camera.source) return fail(ErrorKind::invalid, "camera '{}' has no source", camera.id);
  return infer::make_pipeline(camera, context.components.detectors, engine);
}

Result<infer::DetectorPipeline> pipeline_of_type(const std::string& type,
                                                 const std::vector<std::string>& params,
                                                 vision::Engine& engine, const Context& context) {
  std::vector<std::string> known;
  for (const auto& kind : context.components.detectors) known.push_back(kind.options.name());
  const auto kind = std::ranges::find(context.components.detectors, type,
                                      [](const vision::DetectorKind& row) { return row.options.name(); });
  if (kind == context.components.detectors.end())
    return fail(ErrorKind::invalid, "--type: expected {}, found '{}'{}", config::one_of(known), type,
                config::did_you_mean(type, known));
  const auto options = read_params(params, kind->options);
  if (!options) return std::unexpected(options.error());
  auto rules = kind->rules(*options);
  if (!rules) return std::unexpected(rules.error());
  auto detector = kind->make(*options, engine);
  if (!detector) return std::unexpected(detector.error());
  std::vector<infer::PipelineStage> stages;
  stages.push_back(
      {.type = type, .detector = std::move(*detector), .judge = vision::Judge(std::move(*rules))});
  return infer::DetectorPipeline(std::move(stages));
}

}  // namespace kinesight::cli
