// Times that only go forward.
#pragma once

#include <algorithm>
#include <limits>

namespace kinesight::video {

/// Passes times on; one that is not later than the one before becomes a millisecond later.
class Monotonic {
 public:
  /// `time` in seconds.
  double next(double time) { return last_ = std::max(time, last_ + 0.001); }

 private:
  double last_ = -std::numeric_limits<double>::infinity();
};

}  // namespace kinesight::video
