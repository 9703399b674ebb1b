// type: fire_smoke.
#include <algorithm>

#include "vision/detector_kind.h"
#include "vision/options_fire_smoke.h"
#include "vision/yolo/network_detector.h"
#include "vision/yolo/unsure.h"

namespace kinesight::vision {
namespace {

Result<std::unique_ptr<Detector>> make(const config::Parsed& parsed, Engine& engine) {
  const auto& options = parsed.as<FireSmokeOptions>();
  const auto fire = static_cast<float>(options.fire_conf_threshold);
  const auto smoke = static_cast<float>(options.smoke_conf_threshold);
  auto network = yolo::Network::load(engine, {.model_path = options.model_path,
                                              .precision = options.precision,
                                              .head = options.head,
                                              .conf_threshold = yolo::unsure_from(std::min(fire, smoke)),
                                              .target_classes = {"fire", "smoke"},
                                              .targets_are_fixed = true,
                                              .names = options.names});
  if (!network) return std::unexpected(network.error());
  // Type and label of its events are the class.
  return yolo::network_detector(std::move(*network), [fire, smoke](Detection& found) {
    found.type = found.label;
    found.threshold = found.label == "fire" ? fire : smoke;
  });
}

Result<JudgeOptions> rules(const config::Parsed& parsed) {
  const auto& options = parsed.as<FireSmokeOptions>();
  return JudgeOptions{.rules = options,
                      .growth = GrowthOptions{.growth_seconds = options.growth_seconds,
                                              .min_growth = options.min_growth,
                                              .steady_seconds = options.steady_seconds}};
}

}  // namespace

DetectorKind fire_smoke_detector_kind() { return {FireSmokeOptions::table(), make, rules}; }

}  // namespace kinesight::vision
