// From a text's four corners in a frame to an upright picture of it.
#pragma once

#include <array>
#include <opencv2/core/mat.hpp>
#include <opencv2/core/types.hpp>

namespace kinesight::vision::ocr {

/// The corners of a text in pixels of its frame: top left, top right, bottom right, bottom left.
using Quad = std::array<cv::Point2f, 4>;

/// `points` in a Quad's order, whatever theirs is: the two furthest left are its left ones.
Quad in_order(const Quad& points);

/// What `corners` enclose in `bgr`, straightened. A picture that is 1.5 times as high as wide or more is
/// turned to the left by 90 degrees, as text that runs downwards is read so. Empty where the corners enclose
/// less than a pixel.
cv::Mat rectify(const cv::Mat& bgr, const Quad& corners);

}  // namespace kinesight::vision::ocr
