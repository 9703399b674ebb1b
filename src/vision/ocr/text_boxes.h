// From a detection model's map of scores to boxes of lines of text.
#pragma once

#include <opencv2/core/mat.hpp>
#include <vector>

#include "vision/ocr/text_detector.h"

namespace kinesight::vision::ocr {

/// The boxes in `scores` (f32, one channel: how likely each pixel is text), which is a picture of `size` as
/// the model saw it; in pixels of that picture, from top to bottom, and from left to right within a line.
/// Boxes of three pixels or less a side are left out.
std::vector<TextBox> text_boxes(const cv::Mat& scores, const cv::Size& size,
                                const TextDetectorOptions& options);

}  // namespace kinesight::vision::ocr
