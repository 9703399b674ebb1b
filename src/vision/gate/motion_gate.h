// Whether anything moved since the last picture that detectors saw.
#pragma once

#include <cstdint>
#include <vector>

#include "base/frame.h"
#include "config/gate_options.h"

namespace kinesight::vision {

using MotionGateOptions = config::MotionGateOptions;

/// Compares the brightness of a grid of cells (64 across and as high as wide, of 16 pixels at least) with
/// that of the last frame it let through, so that slow changes add up until they count. A change of exposure
/// (brightness and contrast of all cells alike) is taken out first and is no motion, unless it is of more
/// than 24 levels. Where the picture's noise moves many cells, a change has to stand out from it. Of a cell
/// about four rows are read. Used by one thread.
class MotionGate {
 public:
  explicit MotionGate(const MotionGateOptions& options) : options_(options) {}

  /// Whether `frame` is worth an inference: something moved since the last one that was, or it was long ago,
  /// or its size is another.
  bool open(const Frame& frame);

  /// Forgets: the next frame is let through.
  void reset();

 private:
  bool moved();

  MotionGateOptions options_;
  int width_ = 0, height_ = 0;
  double last_time_ = 0;
  double noise_ = 0;  ///< Usual change of a cell of a still scene, in 1/16 of a level.
  std::vector<std::uint16_t>
      last_;                        ///< The cells of the last frame that was let through, in 1/16 of a level.
  std::vector<std::uint16_t> now_;  ///< Those of the present one.
};

}  // namespace kinesight::vision
