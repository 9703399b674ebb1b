// type: alpr: the options of the licence plate reader.
#pragma once

#include <string>

#include "config/table.h"

namespace kinesight::vision {

/// What reads the text of a plate.
enum class OcrEngine { paddleocr };

/// What the `params` of a licence plate reader say.
struct AlprOptions {
  std::string detector_model_path;
  OcrEngine ocr_engine = OcrEngine::paddleocr;
  int min_text_length = 5;
  static const config::Table& table();
};

}  // namespace kinesight::vision
