#include "vision/options_weapon.h"

#include "vision/options_model.h"

namespace kinesight::vision {
namespace {

std::optional<std::string> more_than_the_window(const WeaponOptions& options) {
  if (options.confirmation_threshold <= options.temporal_window) return std::nullopt;
  return "at most temporal_window";
}

}  // namespace

const config::Table& WeaponOptions::table() {
  static const config::Table table =
      config::describe<WeaponOptions>("weapon",
                                      "Finds weapons, and reports those that several frames confirm.")
          .option("model_path", &WeaponOptions::model_path,
                  "The model: .onnx, OpenVINO .xml, an exported folder, or a .pt with its export beside it.")
          .required()
          .not_empty()
          .warns(no_model)
          .option("conf_threshold", &WeaponOptions::conf_threshold, "The least confidence of a detection.")
          .range(0, 1)
          .option("target_classes", &WeaponOptions::target_classes, "The classes that count as weapons.")
          .not_empty()
          .option("temporal_window", &WeaponOptions::temporal_window,
                  "How many of the newest frames are looked at.")
          .range(1, 1000)
          .option("confirmation_threshold", &WeaponOptions::confirmation_threshold,
                  "In how many frames of the window a weapon must be seen; at most temporal_window.")
          .range(1, 1000)
          .rule(more_than_the_window);
  return table;
}

}  // namespace kinesight::vision
