// From a picture to the numbers that PP-OCR's models take.
#pragma once

#include <opencv2/core/mat.hpp>
#include <span>

#include "vision/model.h"

namespace kinesight::vision::ocr {

/// Writes `bgr` (8 bits, three channels) into the upper left corner of `input`: planes of blue, green and red
/// of the size `room`, levels of -1 to 1. The rest of `input` becomes 0. `bgr` is no larger than `room`.
void fill_input(const cv::Mat& bgr, const InputSize& room, std::span<float> input);

/// Fails (invalid) unless `bgr` is a picture of 8 bits and three channels with a pixel at least.
Result<> expect_picture(const cv::Mat& bgr);

}  // namespace kinesight::vision::ocr
