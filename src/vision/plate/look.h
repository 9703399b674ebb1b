// Reads a text in a picture: once to know what it is about, or again and again to know exactly.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "base/result.h"
#include "vision/ocr/rectify.h"
#include "vision/ocr/text_reader.h"
#include "vision/plate/places.h"
#include "vision/turn.h"

namespace kinesight::vision::plate {

/// Reads what `corners` enclose in `bgr`, once. Errors: those of TextReader::read().
Result<std::vector<Place>> glance(ocr::TextReader& reader, const cv::Mat& bgr, const ocr::Quad& corners,
                                  const Turn& turn);

/// The same from several crops, narrower and wider, as they are and with the seals painted over, all put
/// together: at most ten readings.
Result<std::vector<Place>> closer_look(ocr::TextReader& reader, const cv::Mat& bgr, const ocr::Quad& corners,
                                       const Turn& turn);

}  // namespace kinesight::vision::plate
