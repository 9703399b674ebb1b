// The field that a text stands on: a plate ends soon on every side, a wall or a car's body does not.
#pragma once

#include <opencv2/core/mat.hpp>
#include <optional>

#include "vision/ocr/rectify.h"

namespace kinesight::vision::plate {

/// How far the paper of a text reaches beyond it on one side, in heights of the text; open where it was
/// followed to the limit (1.8 above and below, 2 at the sides) and did not end.
struct Reach {
  float far = 0;
  bool open = false;
};

/// What is around a text.
struct Field {
  bool dark_on_bright = true;
  float contrast = 0;  ///< Between ink and paper: levels of the channel in which they differ most.
  float paper = 0;     ///< The share of the text's pixels that have the colour of the paper, 0 to 1.
  Reach above, below, left, right;
};

/// The field of the text at `corners` of `bgr`. What lies outside of the picture looks like its edge. Nothing
/// where there is no text to be seen.
std::optional<Field> field_of(const cv::Mat& bgr, const ocr::Quad& corners);

}  // namespace kinesight::vision::plate
