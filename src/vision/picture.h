// From YUV planes to red, green and blue.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "base/frame.h"

namespace kinesight::vision {

/// The way from YUV samples (0 to 255, chroma centred on 128) to R, G, B from 0 to 255:
///   R = luma (Y - black) + red_v (V - 128)
///   G = luma (Y - black) - green_u (U - 128) - green_v (V - 128)
///   B = luma (Y - black) + blue_u (U - 128)
/// Source: ITU-T H.273, 8.3, "MatrixCoefficients" 5/6 (BT.601: Kr 0.299, Kb 0.114) and 1 (BT.709: Kr 0.2126,
/// Kb 0.0722).
struct YuvToRgb {
  float black, luma, red_v, green_u, green_v, blue_u;

  static YuvToRgb of(ColorMatrix matrix, ColorRange range);
};

/// Converts `count` samples of each plane to R, G and B, limited to 0..255 and then multiplied by `scale`.
void yuv_to_rgb(const YuvToRgb& way, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                int count, float scale, float* red, float* green, float* blue);

/// One plane of a view as a matrix over the same memory: read-only, whatever its type says.
cv::Mat plane_as_mat(const Plane& plane, int width, int height, int channels = 1);

/// A copy of the picture as BGR, 8 bits, at its own size or, where that is wider than `max_width` (0: no
/// limit), reduced to it.
cv::Mat to_bgr(const FrameView& view, int max_width = 0);

}  // namespace kinesight::vision
