// Geometry of a text's four corners.
#pragma once

#include <opencv2/core/mat.hpp>

#include "vision/detector.h"
#include "vision/ocr/rectify.h"

namespace kinesight::vision::plate {

/// The lengths of a quad's sides, pixels.
struct Extent {
  float width = 0, height = 0;
};

/// Of two opposite sides of `quad` the longer.
Extent extent_of(const ocr::Quad& quad);

/// `quad` grown by pixels along its own sides; negative numbers shrink it.
ocr::Quad grown(const ocr::Quad& quad, float sideways, float upright);

/// What `quad` encloses in `bgr`, straightened to `height` rows and as many columns as keep its shape (at
/// most 40 times as many). Outside of the picture its edge goes on.
cv::Mat straightened(const cv::Mat& bgr, const ocr::Quad& quad, int height);

/// The upright box around `quad`.
Box box_around(const ocr::Quad& quad);

}  // namespace kinesight::vision::plate
