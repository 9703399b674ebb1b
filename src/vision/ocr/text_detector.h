// Finds lines of text in pictures: PP-OCRv4's detection model (DB).
//
// M. Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", AAAI 2020
// (arXiv:1911.08947). Sizes and thresholds are RapidOCR's.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "base/result.h"
#include "vision/engine.h"
#include "vision/ocr/rectify.h"

namespace kinesight::vision::ocr {

/// How text is looked for.
struct TextDetectorOptions {
  Precision precision = Precision::automatic;
  /// A picture whose shorter side is less is enlarged to it, pixels; 0 enlarges none.
  int min_side = 736;
  /// A picture whose longer side is more is reduced to it, pixels. What an inference takes grows with the
  /// area. Beats min_side.
  int max_side = 1920;
  float pixel_threshold = 0.3F;  ///< From which score on a pixel is text.
  float box_threshold = 0.5F;    ///< Least mean score of a box.
  float unclip_ratio = 1.6F;     ///< By how much the shrunken boxes that the model draws are grown again.
};

/// A line of text that was found.
struct TextBox {
  Quad corners{};   ///< In pixels of the picture, inside of it.
  float score = 0;  ///< Mean score of its pixels, 0 to 1.
};

/// Finds text. Used by one thread at a time; the models behind it are shared.
class TextDetector {
 public:
  /// The engine outlives it. Errors: not_found, invalid, corrupt: `file` is no such model.
  static Result<std::unique_ptr<TextDetector>> load(Engine& engine, const std::filesystem::path& file,
                                                    const TextDetectorOptions& options = {});
  ~TextDetector();

  /// The lines of text in `bgr` (8 bits, three channels), from top to bottom; at most 1000. A size of picture
  /// that has not been seen compiles the model for it first (a second or so). Errors: unavailable (the engine
  /// is busy), corrupt (the model failed), cancelled, invalid (no such picture).
  Result<std::vector<TextBox>> find(const cv::Mat& bgr, const Turn& turn);

 private:
  struct Impl;
  explicit TextDetector(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::vision::ocr
