// Decoded pictures as our frame views.
#pragma once

#include "base/frame.h"
#include "base/result.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// Makes Frames of decoded pictures. Planar 4:2:0 and BGR with 8 bits are handed on where they lie, without a
/// copy; every other format is converted once, into buffers that are used again: RGB ones to bgr24, the rest
/// to i420 of the same matrix and range. Not thread-safe.
class PictureMaker {
 public:
  /// The picture as a Frame without time and sequence. Errors: corrupt (a format that swscale does not know).
  Result<Frame> make(FramePtr picture);

 private:
  Result<Frame> convert(const AVFrame& picture);
  Result<> prepare(const AVFrame& picture, AVPixelFormat to);

  // What the scaler and the pool are made for.
  int width_ = 0;
  int height_ = 0;
  int format_ = AV_PIX_FMT_NONE;
  ScalerPtr scaler_;
  BufferPoolPtr pool_;
};

}  // namespace kinesight::video::libav
