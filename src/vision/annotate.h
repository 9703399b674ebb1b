// Draws detections onto pictures, and makes JPEGs of them.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <span>
#include <vector>

#include "base/result.h"
#include "vision/detector.h"

namespace kinesight::vision {

/// Draws a box with "label 87%" for each detection, the most confident on top, in a colour that stands for
/// the type. Lines and letters grow with the picture; a label never leaves it. `picture` is 8-bit BGR.
/// `scale` is picture pixels per frame pixel: below 1 for a picture that is smaller than the frame it shows.
void annotate(cv::Mat& picture, std::span<const Detection> detections, double scale = 1);

/// The picture (8-bit BGR or grey) as a JPEG file's bytes. `quality` is 1 to 100. Error: invalid.
Result<std::vector<std::uint8_t>> encode_jpeg(const cv::Mat& picture, int quality);

}  // namespace kinesight::vision
