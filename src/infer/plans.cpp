#include "infer/plans.h"

#include <algorithm>

#include "publish/outbox_publisher.h"
#include "telemetry/catalog.h"

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

/// A sink of the outbox. The first one makes the session that all share.
Result<publish::Sink> make_sink(const config::ComponentConfig& config, const publish::PublisherKind& kind,
                                const publish::PublisherContext& context,
                                const config::Environment& environment, Publishers& publishers) {
  if (!publishers.session) {
    auto session = aws::Session::from_environment(
        environment, *context.clock,
        [&log = context.telemetry.log](std::string_view note) { log.warning(note); });
    if (!session) return std::unexpected(session.error());
    publishers.session = std::move(*session);
  }
  auto sink = kind.make_sink(config.options, *publishers.session);
  if (sink && sink->snapshots) publishers.snapshot_prefix = sink->snapshot_prefix;
  return sink;
}

}  // namespace

Result<Publishers> make_publishers(const config::CamerasFile& file, const Kinds& kinds,
                                   const publish::PublisherContext& context,
                                   const config::Environment& environment) {
  Publishers publishers;
  std::vector<publish::Sink> sinks;
  for (const auto& config : file.publishers) {
    const auto& kind = row_of(kinds.publishers, config.type);
    context.telemetry.metrics.add(telemetry::kPublisherFailures, {config.type}, 0);
    if (kind.make_sink) {
      auto sink = make_sink(config, kind, context, environment, publishers);
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

CameraPlan plan_camera(const config::CameraConfig& camera, const Kinds& kinds, vision::Engine& engine,
                       Clock& clock, std::vector<publish::Publisher*> publishers,
                       std::string snapshot_prefix) {
  const auto& kind = row_of(kinds.sources, camera.source->type);
  const video::SourceContext context{
      .camera_id = camera.id, .fps_target = camera.options.fps_target, .clock = &clock};
  CameraPlan plan;
  plan.camera_id = camera.id;
  plan.fps_target = camera.options.fps_target;
  plan.max_frame_age_ms = camera.options.max_frame_age_ms;
  plan.make_source = [&camera, &kind, context] { return make_source(*camera.source, kind, context); };
  plan.make_detectors = [&camera, &kinds, &engine] { return make_detectors(camera, kinds, engine); };
  plan.publishers = std::move(publishers);
  plan.snapshot_prefix = std::move(snapshot_prefix);
  if (const auto source = plan.make_source()) plan.source = (*source)->describe();
  return plan;
}

}  // namespace kinesight::infer
