// type: object. Any YOLO model, every class it knows.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "vision/detector_kind.h"
#include "vision/model.h"
#include "vision/rules/rule_options.h"

namespace kinesight::vision {

/// The options of a detector of type `object`.
struct ObjectOptions : RuleOptions {
  std::string model_path;
  double conf_threshold = 0.5;
  double iou_threshold = 0.45;
  std::vector<std::string> target_classes;
  std::vector<std::string> names;
  std::string head = "auto";
  Precision precision = Precision::automatic;

  static const config::Table& table();
};

}  // namespace kinesight::vision
