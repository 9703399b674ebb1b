#include "vision/options_weapon.h"

#include "vision/options_model.h"

namespace kinesight::vision {

const config::Table& WeaponOptions::table() {
  static const config::Table table = [] {
    auto rows =
        config::describe<WeaponOptions>("weapon",
                                        "Finds weapons, and reports those that several frames confirm.")
            .option("model_path", &WeaponOptions::model_path,
                    "The model: .onnx, OpenVINO .xml, an exported folder, or a .pt with its export beside "
                    "it.")
            .required()
            .not_empty()
            .warns(no_model)
            .option("conf_threshold", &WeaponOptions::conf_threshold,
                    "The least confidence of a detection that counts.")
            .range(0, 1)
            .option("target_classes", &WeaponOptions::target_classes, "The classes that count as weapons.")
            .not_empty();
    with_names(rows);
    with_head(rows);
    with_precision(rows);
    return config::Table(with_rules(rows));
  }();
  return table;
}

}  // namespace kinesight::vision
