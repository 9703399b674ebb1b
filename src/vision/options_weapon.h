// type: weapon: the options of the weapon detector.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "vision/model.h"
#include "vision/rules/rule_options.h"

namespace kinesight::vision {

/// What the `params` of a weapon detector say.
struct WeaponOptions : RuleOptions {
  WeaponOptions() {
    temporal_window = 5;
    confirmation_threshold = 3;
  }

  std::string model_path;
  double conf_threshold = 0.5;
  std::vector<std::string> target_classes = {"knife", "gun", "rifle"};
  std::vector<std::string> names;
  std::string head = "auto";
  Precision precision = Precision::automatic;
  static const config::Table& table();
};

}  // namespace kinesight::vision
