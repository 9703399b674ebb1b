#include "vision/ocr/model_files.h"

#include <array>
#include <string_view>
#include <system_error>

namespace kinesight::vision::ocr {
namespace {

constexpr std::string_view kDetection = "ch_PP-OCRv4_det_infer.onnx";
constexpr std::string_view kRecognition = "ch_PP-OCRv4_rec_infer.onnx";

/// Those that were installed with the program, or else those that it was built with.
std::filesystem::path models_of_the_program() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const auto installed = (program.parent_path() / "../share/kinesight/ocr").lexically_normal();
  return std::filesystem::is_directory(installed, error) ? installed : KINESIGHT_OCR_MODELS;
}

}  // namespace

Result<ModelFiles> find_model_files(const std::filesystem::path& directory) {
  const std::filesystem::path folder = directory.empty() ? models_of_the_program() : directory;
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
