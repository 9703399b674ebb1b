// TextReader: a picture of one line of text in, the text out. One interface for every engine that reads.
#pragma once

#include <opencv2/core/mat.hpp>

#include "base/result.h"
#include "vision/ocr/line.h"
#include "vision/turn.h"

namespace kinesight::vision::ocr {

/// Reads lines of text. Used by one thread at a time.
class TextReader {
 public:
  virtual ~TextReader() = default;

  /// The text in `bgr`: 8 bits, three channels, one upright line of text (rectify.h makes it of a frame).
  /// Errors: unavailable (the engine is busy), corrupt (the model failed), cancelled, invalid (no such
  /// picture).
  virtual Result<Line> read(const cv::Mat& bgr, const Turn& turn) = 0;
};

}  // namespace kinesight::vision::ocr
