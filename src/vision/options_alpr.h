// type: alpr: the options of the licence plate reader.
#pragma once

#include <string>
#include <vector>

#include "config/table.h"
#include "vision/model.h"
#include "vision/plate/options.h"
#include "vision/rules/rule_options.h"

namespace kinesight::vision {

/// What reads the text of a plate.
enum class OcrEngine { paddleocr, tesseract };

/// What the `params` of a licence plate reader say.
struct AlprOptions : RuleOptions, plate::TextRules {
  AlprOptions() {
    temporal_window = 5;
    confirmation_threshold = 2;
  }

  std::string detector_model_path;
  double conf_threshold = 0.5;
  OcrEngine ocr_engine = OcrEngine::paddleocr;
  std::string ocr_model_directory;
  int max_plates = 4;
  std::vector<std::string> names;  ///< These two are of the model that finds plates.
  std::string head = "auto";
  Precision precision = Precision::automatic;
  static const config::Table& table();
};

}  // namespace kinesight::vision
