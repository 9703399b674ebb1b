// Reads lines of text: PP-OCRv4's recognition model (SVTR-LCNet with CTC), through the engine.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "vision/engine.h"
#include "vision/ocr/text_reader.h"

namespace kinesight::vision::ocr {

/// Used by one thread at a time; the models behind it are shared.
class TextRecognizer : public TextReader {
 public:
  /// The engine outlives it. Errors: not_found, invalid, corrupt: `file` is no such model.
  static Result<std::unique_ptr<TextRecognizer>> load(Engine& engine, const std::filesystem::path& file,
                                                      Precision precision = Precision::automatic);
  ~TextRecognizer() override;

  Result<Line> read(const cv::Mat& bgr, const Turn& turn) override;

 private:
  struct Impl;
  explicit TextRecognizer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision::ocr
