#include "infer/plans.h"

#include <algorithm>

#include "publish/outbox_publisher.h"
#include "telemetry/catalog.h"
#include "video/options_kvs.h"

namespace kinesight::infer {
namespace {

/// The row of `type`; configuration let no unknown type through.
template <class Kind>
const Kind& row_of(std::span<const Kind> kinds, const std::string& type) {
  return *std::ranges::find_if(kinds, [&](const Kind& kind) { return kind.options.name() == type; });
}

/// The regions of the camera, which hold for all its detectors, and the detector's own.
Result<std::vector<vision::Region>> make_regions(const config::CameraConfig& camera,
                                                 const config::DetectorConfig& detector) {
  std::vector<vision::Region> regions;
  for (const auto* options : {&camera.regions, &detector.regions}) {
    for (const auto& region : *options) {
      auto made = vision::Region::make(region, camera.options.time_zone);
      if (!made) return wrap(made.error(), "region " + region.name);
      regions.push_back(std::move(*made));
    }
  }
  return regions;
}

Result<PipelineStage> make_stage(const config::CameraConfig& camera, const config::DetectorConfig& config,
                                 const vision::DetectorKind& kind, vision::Engine& engine) {
  auto detector = kind.make(config.options, engine);
  if (!detector) return std::unexpected(detector.error());
  auto rules = kind.rules(config.options);
  if (!rules) return std::unexpected(rules.error());
  auto regions = make_regions(camera, config);
  if (!regions) return std::unexpected(regions.error());
  rules->regions = std::move(*regions);
  return PipelineStage{config.type, config.common.priority, std::move(*detector),
                       vision::Judge(std::move(*rules))};
}

/// A sink of the outbox.
Result<publish::Sink> make_sink(const config::ComponentConfig& config, const publish::PublisherKind& kind,
                                CloudSession& cloud, Publishers& publishers) {
  auto sink = kind.make_sink(
      config.options, {.aws_session = [&cloud] { return cloud.get(); }, .environment = cloud.environment()});
  if (sink && sink->snapshots) publishers.snapshot_prefix = sink->snapshot_prefix;
  return sink;
}

/// What the sources of `camera` are told.
video::SourceContext source_context(const config::CameraConfig& camera, const Surroundings& surroundings) {
  video::SourceContext context{.camera_id = camera.id,
                               .fps_target = camera.options.fps_target,
                               .clock = &surroundings.clock,
                               .telemetry = surroundings.telemetry};
  context.bitstream_gate = camera.bitstream_gate;
  if (surroundings.cloud) context.aws_session = [cloud = surroundings.cloud] { return cloud->get(); };
  return context;
}

/// A gate may rightly hold frames back for a while.
double watchdog_seconds(const config::CameraConfig& camera) {
  const double seconds = camera.options.watchdog_seconds;
  const auto& gate = camera.bitstream_gate;
  return seconds > 0 && gate.enabled ? seconds + gate.max_still_seconds : seconds;
}

}  // namespace

Result<Publishers> make_publishers(const config::CamerasFile& file, const Kinds& kinds,
                                   const publish::PublisherContext& context, CloudSession& cloud) {
  Publishers publishers;
  std::vector<publish::Sink> sinks;
  for (const auto& config : file.publishers) {
    const auto& kind = row_of(kinds.publishers, config.type);
    context.telemetry.metrics.add(telemetry::kPublisherFailures, {config.type}, 0);
    if (kind.make_sink) {
      auto sink = make_sink(config, kind, cloud, publishers);
      if (!sink) return wrap(sink.error(), "publisher " + config.type);
      sinks.push_back(std::move(*sink));
      continue;
    }
    auto publisher = kind.make(config.options, context);
    if (!publisher) return wrap(publisher.error(), "publisher " + config.type);
    publishers.all.push_back(std::move(*publisher));
  }
  if (sinks.empty()) return publishers;
  auto outbox = publish::OutboxPublisher::open(std::move(sinks), file.outbox, context);
  if (!outbox) return wrap(outbox.error(), "outbox");
  publishers.all.push_back(std::move(*outbox));
  return publishers;
}

Result<DetectorPipeline> make_pipeline(const config::CameraConfig& camera,
                                       std::span<const vision::DetectorKind> kinds, vision::Engine& engine) {
  std::vector<PipelineStage> stages;
  for (const auto& config : camera.detectors) {
    auto stage = make_stage(camera, config, row_of(kinds, config.type), engine);
    if (!stage) return wrap(stage.error(), "detector " + config.type);
    stages.push_back(std::move(*stage));
  }
  const auto& gate = camera.motion_gate;
  return DetectorPipeline(std::move(stages), gate.enabled ? std::optional(gate) : std::nullopt);
}

CameraPlan plan_camera(const SharedCamera& camera, const Surroundings& surroundings,
                       std::shared_ptr<CoverageRecorder> coverage) {
  const auto& kind = row_of(surroundings.kinds.sources, camera->source->type);
  auto context = source_context(*camera, surroundings);
  CameraPlan plan;
  plan.camera_id = camera->id;
  plan.fps_target = camera->options.fps_target;
  plan.max_frame_age_ms = camera->options.max_frame_age_ms;
  plan.publishers = surroundings.publishers;
  plan.snapshot_prefix = surroundings.snapshot_prefix;
  plan.overload = camera->overload;
  plan.watchdog_seconds = watchdog_seconds(*camera);
  plan.frozen_seconds = camera->options.frozen_seconds;
  // A source that is made for its description alone has nothing to say.
  auto silent = context;
  silent.telemetry = nullptr;
  plan.source = kind.make(camera->source->options, silent)->describe();

  if (coverage) context.on_gap = [coverage](const video::Gap& gap) { coverage->gap(gap); };
  plan.make_source = [camera, &kind, context] { return kind.make(camera->source->options, context); };
  plan.make_pipeline = [camera, &kinds = surroundings.kinds, &engine = surroundings.engine] {
    return make_pipeline(*camera, kinds.detectors, engine);
  };
  plan.coverage = std::move(coverage);
  return plan;
}

std::optional<BackfillPlan> plan_backfill(const SharedCamera& camera, const Surroundings& surroundings) {
  const auto& kind = row_of(surroundings.kinds.sources, camera->source->type);
  if (!kind.make_replay || &kind.options != &video::KvsOptions::table()) return std::nullopt;
  const auto& options = camera->source->options.as<video::KvsOptions>();
  if (!options.backfill) return std::nullopt;
  auto context = source_context(*camera, surroundings);
  context.telemetry = nullptr;             // The metrics of the camera's connection are the live source's.
  context.bitstream_gate.enabled = false;  // What was missed is looked at whole.
  BackfillPlan plan;
  plan.route = {camera->id, surroundings.publishers, surroundings.snapshot_prefix};
  plan.fps_target = camera->options.fps_target;
  plan.max_load = options.backfill_max_load;
  plan.max_age_seconds = options.backfill_max_age_hours * 3600;
  plan.make_replay = [camera, &kind, context](double begin, double end, BackfillPlan::OnGap on_gap) {
    auto replay_context = context;
    replay_context.on_gap = std::move(on_gap);
    return kind.make_replay(camera->source->options, replay_context, begin, end);
  };
  plan.make_pipeline = [camera, &kinds = surroundings.kinds, &engine = surroundings.engine] {
    return make_pipeline(*camera, kinds.detectors, engine);
  };
  return plan;
}

}  // namespace kinesight::infer
