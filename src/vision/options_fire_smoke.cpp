#include "vision/options_fire_smoke.h"

#include "vision/options_model.h"

namespace kinesight::vision {

const config::Table& FireSmokeOptions::table() {
  static const config::Table table =
      config::describe<FireSmokeOptions>("fire_smoke",
                                         "Finds fire and smoke, each with a threshold of its own.")
          .option("model_path", &FireSmokeOptions::model_path,
                  "The model: .onnx, OpenVINO .xml, an exported folder, or a .pt with its export beside it.")
          .required()
          .not_empty()
          .warns(no_model)
          .option("fire_conf_threshold", &FireSmokeOptions::fire_conf_threshold,
                  "The least confidence of a fire.")
          .range(0, 1)
          .option("smoke_conf_threshold", &FireSmokeOptions::smoke_conf_threshold,
                  "The least confidence of smoke.")
          .range(0, 1);
  return table;
}

}  // namespace kinesight::vision
