#include "vision/options_fire_smoke.h"

#include "vision/options_model.h"

namespace kinesight::vision {
namespace {

config::Describe<FireSmokeOptions> own_rows() {
  return config::describe<FireSmokeOptions>(
             "fire_smoke",
             "Finds fire and smoke that grow, or that stay and live; lamps and headlights do not.")
      .option("model_path", &FireSmokeOptions::model_path,
              "The model: .onnx, OpenVINO .xml, an exported folder, or a .pt with its export beside it.")
      .required()
      .not_empty()
      .warns(no_model)
      .option("fire_conf_threshold", &FireSmokeOptions::fire_conf_threshold,
              "The least confidence of a fire that counts.")
      .range(0, 1)
      .option("smoke_conf_threshold", &FireSmokeOptions::smoke_conf_threshold,
              "The least confidence of smoke that counts.")
      .range(0, 1)
      .option("growth_seconds", &FireSmokeOptions::growth_seconds,
              "How long a fire must have been seen before it can count.")
      .range(0, 600)
      .option("min_growth", &FireSmokeOptions::min_growth,
              "Its area after that time as a multiple of its area before; one that grows by less counts only "
              "after steady_seconds.")
      .range(1, 100)
      .option("steady_seconds", &FireSmokeOptions::steady_seconds,
              "A fire that does not grow counts after so long, if it flickers and stays where it is.")
      .range(0, 3600);
}

}  // namespace

const config::Table& FireSmokeOptions::table() {
  static const config::Table table = [] {
    auto rows = own_rows();
    with_names(rows);
    with_head(rows);
    with_precision(rows);
    return config::Table(with_rules(rows));
  }();
  return table;
}

}  // namespace kinesight::vision
