// Where the models that read text lie.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace kinesight::vision::ocr {

/// The two models of PP-OCRv4 (mobile, Chinese and English) as the wheel `rapidocr-onnxruntime` brings them.
struct ModelFiles {
  std::filesystem::path detection;    ///< Finds lines of text.
  std::filesystem::path recognition;  ///< Reads one.
};

/// The models in `directory` or, where that is empty, in the folder that the build found (scripts/setup puts
/// them there). Errors: not_found (says which file, where, and what to do).
Result<ModelFiles> find_model_files(const std::filesystem::path& directory);

}  // namespace kinesight::vision::ocr
