// type: weapon.
#include "vision/detector_kind.h"
#include "vision/options_weapon.h"
#include "vision/yolo/network_detector.h"
#include "vision/yolo/unsure.h"

namespace kinesight::vision {
namespace {

Result<std::unique_ptr<Detector>> make(const config::Parsed& parsed, Engine& engine) {
  const auto& options = parsed.as<WeaponOptions>();
  const auto threshold = static_cast<float>(options.conf_threshold);
  auto network = yolo::Network::load(engine, {.model_path = options.model_path,
                                              .precision = options.precision,
                                              .head = options.head,
                                              .conf_threshold = yolo::unsure_from(threshold),
                                              .target_classes = options.target_classes,
                                              .names = options.names});
  if (!network) return std::unexpected(network.error());
  return yolo::network_detector(std::move(*network), [threshold](Detection& found) {
    found.type = "weapon";
    found.threshold = threshold;
  });
}

/// Models take a knife for a gun in one frame and not in the next: it is one object all the same.
Result<JudgeOptions> rules(const config::Parsed& parsed) {
  return JudgeOptions{.rules = parsed.as<WeaponOptions>(), .labels_vote = true};
}

}  // namespace

DetectorKind weapon_detector_kind() { return {WeaponOptions::table(), make, rules}; }

}  // namespace kinesight::vision
