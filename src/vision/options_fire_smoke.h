// type: fire_smoke: the options of the fire and smoke detector.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::vision {

/// What the `params` of a fire and smoke detector say.
struct FireSmokeOptions {
  std::string model_path;
  double fire_conf_threshold = 0.6;
  double smoke_conf_threshold = 0.55;
  static const config::Table& table();
};

}  // namespace kinesight::vision
