// type: fire_smoke: the options of the fire and smoke detector.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "vision/model.h"
#include "vision/rules/growth.h"
#include "vision/rules/rule_options.h"

namespace kinesight::vision {

/// What the `params` of a fire and smoke detector say.
struct FireSmokeOptions : RuleOptions {
  FireSmokeOptions() {
    temporal_window = 10;
    confirmation_threshold = 6;
  }

  std::string model_path;
  double fire_conf_threshold = 0.6;
  double smoke_conf_threshold = 0.55;
  double growth_seconds = GrowthOptions{}.growth_seconds;
  double min_growth = GrowthOptions{}.min_growth;
  double steady_seconds = GrowthOptions{}.steady_seconds;
  std::vector<std::string> names;
  std::string head = "auto";
  Precision precision = Precision::automatic;
  static const config::Table& table();
};

}  // namespace kinesight::vision
