// Finds licence plates in pictures and reads them without a model of plates: it finds all text, and judges
// which of it is a plate's by what it says and by the field that it stands on.
#pragma once

#include <memory>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "base/result.h"
#include "vision/detector.h"
#include "vision/ocr/text_detector.h"
#include "vision/ocr/text_reader.h"
#include "vision/plate/reading.h"

namespace kinesight::vision::plate {

/// A plate in a picture.
struct Found {
  Box box;  ///< Around its text, within the picture.
  Reading reading;
  float conf = 0;  ///< That it is a plate, and reads so: 0 to 1.
};

/// Used by one thread at a time.
class Finder {
 public:
  /// The height of what read() gives to the text detector, pixels.
  static constexpr int kExcerptHeight = 320;

  /// `max_plates`: how many plates of a picture are read closely; it bounds the work.
  Finder(std::unique_ptr<ocr::TextDetector> detector, std::unique_ptr<ocr::TextReader> reader,
         int max_plates);

  /// What may be plates in `bgr` (8 bits, three channels), the likeliest first; each has a place of its own.
  /// Errors: unavailable (the engine is busy), corrupt (a model failed), cancelled.
  Result<std::vector<Found>> find(const cv::Mat& bgr, const Turn& turn);

  /// What the plate in `box` of `bgr`, which somebody else found, says; nothing where no text can be read
  /// there. Errors: as find().
  Result<std::optional<Found>> read(const cv::Mat& bgr, const Box& box, const Turn& turn);

 private:
  std::unique_ptr<ocr::TextDetector> detector_;
  std::unique_ptr<ocr::TextReader> reader_;
  std::size_t max_plates_;
};

}  // namespace kinesight::vision::plate
