// What the camera does to the light: exposure, colour cast, blur, sensor noise.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

#include "base/rng.h"
#include "sim/motion.h"

namespace kinesight::sim {

/// A camera's rendering of what stands before it.
struct Look {
  std::uint64_t seed = 1;                ///< Of the noise.
  Sway exposure{1, 0.02, 0.15, 0};       ///< Gain over time.
  cv::Scalar cast = cv::Scalar::all(1);  ///< Gain of blue, green and red.
  double blur = 0;                       ///< Standard deviation, in pixels of a picture 720 pixels high.
  double noise = 2.5;                    ///< Standard deviation of the sensor's noise, in grey levels.

  static Look sample(Rng& rng);
  /// Takes `picture` (BGR) as this camera would, as frame `index` at `seconds`.
  void apply(cv::Mat& picture, std::int64_t index, double seconds) const;
};

}  // namespace kinesight::sim
