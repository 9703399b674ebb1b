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

Result<std::unique_ptr<video::FrameSource>> make_source(const config::ComponentConfig& source,
                                                        const video::SourceKind& kind,
                                                        const video::SourceContext& context) {
  if (!kind.make) return fail(ErrorKind::invalid, "this version has no source '{}'", source.type);
  return kind.make(source.options, context);
}

Result<Detectors> make_detectors(const config::CameraConfig& camera, const Kinds& kinds,
                                 vision::Engine& engine) {
  Detectors detectors;
  for (const auto& config : camera.detectors) {
    const auto& kind = row_of(kinds.detectors, config.type);
    if (!kind.make) return fail(ErrorKind::invalid, "this version has no detector '{}'", config.type);
    auto detector = kind.make(config.options, engine);
    if (!detector) return wrap(detector.error(), "detector " + config.type);
    detectors.push_back(std::move(*detector));
  }
  return detectors;
}

/// A sink of the outbox.
Result<publish::Sink> make_sink(const config::ComponentConfig& config, const publish::PublisherKind& kind,
                                CloudSession& cloud, Publishers& publishers) {
  auto session = cloud.get();
  if (!session) return std::unexpected(session.error());
  auto sink = kind.make_sink(config.options, **session);
  if (sink && sink->snapshots) publishers.snapshot_prefix = sink->snapshot_prefix;
  return sink;
}

/// What the sources of `camera` are told.
video::SourceContext source_context(const config::CameraConfig& camera, const Surroundings& surroundings) {
  video::SourceContext context{.camera_id = camera.id,
                               .fps_target = camera.options.fps_target,
                               .clock = &surroundings.clock,
                               .telemetry = surroundings.telemetry};
  if (surroundings.cloud) context.aws_session = [cloud = surroundings.cloud] { return cloud->get(); };
  return context;
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

CameraPlan plan_camera(const config::CameraConfig& camera, const Surroundings& surroundings,
                       CoverageRecorder* coverage) {
  const auto& kind = row_of(surroundings.kinds.sources, camera.source->type);
  auto context = source_context(camera, surroundings);
  CameraPlan plan;
  plan.camera_id = camera.id;
  plan.fps_target = camera.options.fps_target;
  plan.max_frame_age_ms = camera.options.max_frame_age_ms;
  plan.publishers = surroundings.publishers;
  plan.snapshot_prefix = surroundings.snapshot_prefix;
  plan.coverage = coverage;
  // A source that is made for its description alone has nothing to say.
  auto silent = context;
  silent.telemetry = nullptr;
  if (const auto source = make_source(*camera.source, kind, silent)) plan.source = (*source)->describe();

  if (coverage) context.on_gap = [coverage](const video::Gap& gap) { coverage->gap(gap); };
  plan.make_source = [&camera, &kind, context] { return make_source(*camera.source, kind, context); };
  plan.make_detectors = [&camera, &kinds = surroundings.kinds, &engine = surroundings.engine] {
    return make_detectors(camera, kinds, engine);
  };
  return plan;
}

std::optional<BackfillPlan> plan_backfill(const config::CameraConfig& camera,
                                          const Surroundings& surroundings) {
  const auto& kind = row_of(surroundings.kinds.sources, camera.source->type);
  if (!kind.make_replay || &kind.options != &video::KvsOptions::table()) return std::nullopt;
  const auto& options = camera.source->options.as<video::KvsOptions>();
  if (!options.backfill) return std::nullopt;
  auto context = source_context(camera, surroundings);
  context.telemetry = nullptr;  // The metrics of the camera's connection are the live source's.
  BackfillPlan plan;
  plan.route = {camera.id, surroundings.publishers, surroundings.snapshot_prefix};
  plan.fps_target = camera.options.fps_target;
  plan.max_load = options.backfill_max_load;
  plan.max_age_seconds = options.backfill_max_age_hours * 3600;
  plan.make_replay = [&camera, &kind, context](double begin, double end, BackfillPlan::OnGap on_gap) {
    auto replay_context = context;
    replay_context.on_gap = std::move(on_gap);
    return kind.make_replay(camera.source->options, replay_context, begin, end);
  };
  plan.make_detectors = [&camera, &kinds = surroundings.kinds, &engine = surroundings.engine] {
    return make_detectors(camera, kinds, engine);
  };
  return plan;
}

}  // namespace kinesight::infer
