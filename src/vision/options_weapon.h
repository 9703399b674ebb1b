// type: weapon: the options of the weapon detector.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"

namespace kinesight::vision {

/// What the `params` of a weapon detector say.
struct WeaponOptions {
  std::string model_path;
  double conf_threshold = 0.5;
  std::vector<std::string> target_classes = {"knife", "gun", "rifle"};
  int temporal_window = 5;
  int confirmation_threshold = 3;
  static const config::Table& table();
};

}  // namespace kinesight::vision
