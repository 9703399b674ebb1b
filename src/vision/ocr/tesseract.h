// Reads lines of text with Tesseract (its LSTM, English).
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "vision/ocr/text_reader.h"

namespace kinesight::vision::ocr {

/// How Tesseract reads.
struct TesseractOptions {
  std::string only;            ///< The characters that a text may have, e.g. "0123…XYZ"; empty: any.
  std::string data_directory;  ///< Of eng.traineddata; empty: Tesseract's own.
};

/// Used by one thread at a time; each has memory of its own (some 30 MB).
class Tesseract : public TextReader {
 public:
  /// Errors: not_found (no data for English; says what to install).
  static Result<std::unique_ptr<Tesseract>> make(const TesseractOptions& options = {});
  ~Tesseract() override;

  Result<Line> read(const cv::Mat& bgr, const Turn& turn) override;

 private:
  struct Impl;
  explicit Tesseract(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision::ocr
