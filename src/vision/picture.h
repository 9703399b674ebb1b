// From YUV planes to blue, green and red.
#pragma once

#include <cstdint>
#include <opencv2/core/mat.hpp>

#include "base/frame.h"

namespace kinesight::vision {

/// The way from YUV samples (chroma centred on 128) to levels of R, G and B, its factors in 1/8192:
///   R = luma (Y - black) + red_v (V - 128)
///   G = luma (Y - black) - green_u (U - 128) - green_v (V - 128)
///   B = luma (Y - black) + blue_u (U - 128)
/// Source of the factors: ITU-T H.273, 8.3, MatrixCoefficients 5/6 (BT.601: Kr 0.299, Kb 0.114) and 1
/// (BT.709: Kr 0.2126, Kb 0.0722).
///
/// Every product is rounded down before the sum, and each chroma sample stands for its 2 x 2 pixels: bit for
/// bit what OpenCV's VideoCapture hands out (libswscale's fast conversion). It is half a level too dark on
/// average. That is not repaired on purpose: small models move a score by 0.03 for half a level, and they
/// were tried and tuned on these very pictures.
struct YuvToRgb {
  std::int16_t black = 0;
  std::int16_t luma = 0, red_v = 0, green_u = 0, green_v = 0, blue_u = 0;

  static YuvToRgb of(ColorMatrix matrix, ColorRange range);
};

/// Converts a row of `width` pixels, `u` and `v` half as many (rounded up), to B, G, R and a byte of nothing
/// each.
void yuv_row_to_bgrx(const YuvToRgb& way, const std::uint8_t* y, const std::uint8_t* u, const std::uint8_t* v,
                     int width, std::uint8_t* bgrx);

/// One plane of a view as a matrix over the same memory: to be read only, whatever its type says.
cv::Mat plane_as_mat(const Plane& plane, int width, int height, int channels = 1);

/// A copy of the picture as BGR, 8 bits, at its own size or, where that is wider than `max_width` (0: no
/// limit), reduced to it.
cv::Mat to_bgr(const FrameView& view, int max_width = 0);

}  // namespace kinesight::vision
