#include "vision/ocr/model_files.h"

#include <array>
#include <string_view>
#include <system_error>

namespace kinesight::vision::ocr {
namespace {

constexpr std::string_view kDetection = "ch_PP-OCRv4_det_infer.onnx";
constexpr std::string_view kRecognition = "ch_PP-OCRv4_rec_infer.onnx";

}  // namespace

Result<ModelFiles> find_model_files(const std::filesystem::path& directory) {
  const std::filesystem::path folder = directory.empty() ? KINESIGHT_OCR_MODELS : directory;
  for (const auto name : {kDetection, kRecognition}) {
    std::error_code error;
    if (std::filesystem::is_regular_file(folder / name, error)) continue;
    return fail(ErrorKind::not_found,
                "{}: expected the models that read text, {} and {}, found no {}: install them with "
                "`scripts/setup run`, or name the folder that has them in ocr_model_directory or "
                "KINESIGHT_OCR_MODELS",
                folder.string(), kDetection, kRecognition, name);
  }
  return ModelFiles{folder / kDetection, folder / kRecognition};
}

}  // namespace kinesight::vision::ocr
