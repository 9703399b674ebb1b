#include "sim/scene.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/noise.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

struct NamedKind {
  std::string_view name;
  SceneKind kind;
};
constexpr std::array kKinds = {
    NamedKind{"hallway", SceneKind::hallway},   NamedKind{"parking", SceneKind::parking},
    NamedKind{"random", SceneKind::random},     NamedKind{"events", SceneKind::events},
    NamedKind{"blinking", SceneKind::blinking}, NamedKind{"border", SceneKind::border},
    NamedKind{"lights", SceneKind::lights}};
constexpr int kLeastSide = 64;
constexpr int kMostSide = 4096;
constexpr double kMostFps = 240;

Stage build(const SceneOptions& options) {
  const StageOptions stage_options{{options.width, options.height}, options.labelled};
  Rng rng(hash(options.seed));
  switch (options.kind) {
    case SceneKind::hallway:
      return hallway_stage(stage_options);
    case SceneKind::parking:
      return parking_stage(stage_options);
    case SceneKind::events:
      return events_stage(stage_options, rng);
    case SceneKind::blinking:
      return blinking_stage(stage_options, rng);
    case SceneKind::border:
      return border_stage(stage_options, rng);
    case SceneKind::lights:
      return lights_stage(stage_options, rng);
    case SceneKind::random:
      break;
  }
  return random_stage(stage_options, rng);
}

}  // namespace

Result<SceneKind> scene_kind(std::string_view name) {
  const auto* found = std::ranges::find(kKinds, name, &NamedKind::name);
  if (found == kKinds.end())
    return fail(ErrorKind::invalid, "no scene is called '{}': use one of {}", name, scene_kind_names());
  return found->kind;
}

std::string scene_kind_names() {
  std::string names;
  for (const NamedKind& kind : kKinds) names.append(names.empty() ? "" : ", ").append(kind.name);
  return names;
}

Result<Scene> Scene::create(const SceneOptions& options) {
  for (const auto& [name, side] : {std::pair{"width", options.width}, std::pair{"height", options.height}}) {
    if (side < kLeastSide || side > kMostSide) {
      return fail(ErrorKind::invalid, "a scene's {} must be {} to {} pixels, not {}", name, kLeastSide,
                  kMostSide, side);
    }
  }
  if (!(options.fps > 0 && options.fps <= kMostFps)) {
    return fail(ErrorKind::invalid, "a scene's fps must be above 0 and at most {}, not {}", kMostFps,
                options.fps);
  }
  Stage stage = build(options);
  stage.look.seed = hash(stage.look.seed, options.seed);
  return Scene(options, std::make_unique<const Stage>(std::move(stage)));
}

Scene::Scene(const SceneOptions& options, std::unique_ptr<const Stage> stage)
    : options_(options), stage_(std::move(stage)) {}
Scene::Scene(Scene&&) noexcept = default;
Scene& Scene::operator=(Scene&&) noexcept = default;
Scene::~Scene() = default;

Picture Scene::render(std::int64_t index) const {
  double seconds = static_cast<double>(index) / options_.fps;
  if (stage_->loop_seconds > 0) seconds = std::fmod(seconds, stage_->loop_seconds);
  Canvas canvas(stage_->backdrop);
  for (std::size_t k = 0; k < stage_->actors.size(); ++k) {
    const Actor& actor = stage_->actors[k];
    canvas.act(static_cast<std::int64_t>(k));
    if (actor.when.contains(seconds)) actor.draw(canvas, seconds);
  }
  stage_->look.apply(canvas.picture(), index, seconds);
  return {canvas.picture(), canvas.truth()};
}

}  // namespace kinesight::sim
