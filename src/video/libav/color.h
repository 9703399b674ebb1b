// How libav and our frame view name colours.
#pragma once

#include "base/frame.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// The matrix of a stream's colourspace. Unspecified and unknown ones are BT.601, as swscale (so OpenCV)
/// takes them.
constexpr ColorMatrix matrix_of(AVColorSpace space) {
  return space == AVCOL_SPC_BT709 ? ColorMatrix::bt709 : ColorMatrix::bt601;
}

/// The colourspace that a file is tagged with.
constexpr AVColorSpace space_of(ColorMatrix matrix) {
  return matrix == ColorMatrix::bt709 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

/// The range of a stream. Unspecified is limited.
constexpr ColorRange range_of(AVColorRange range) {
  return range == AVCOL_RANGE_JPEG ? ColorRange::full : ColorRange::limited;
}

/// The range that a file is tagged with.
constexpr AVColorRange range_of(ColorRange range) {
  return range == ColorRange::full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
}

/// swscale's table for a matrix.
inline const int* coefficients_of(ColorMatrix matrix) {
  return sws_getCoefficients(matrix == ColorMatrix::bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
}

}  // namespace kinesight::video::libav
