// Times that only go forward.
#pragma once

#include <algorithm>
#include <limits>

namespace kinesight::video {

/// Passes times on; one that is not later than the one before becomes a millisecond later. One that lies more
/// than `leap` seconds before it is of a clock that was set back: it is followed, or time would stand still
/// for as long.
class Monotonic {
 public:
  explicit Monotonic(double leap = std::numeric_limits<double>::infinity()) : leap_(leap) {}

  /// `time` in seconds.
  double next(double time) { return last_ = time < last_ - leap_ ? time : std::max(time, last_ + 0.001); }

 private:
  double leap_;
  double last_ = -std::numeric_limits<double>::infinity();
};

}  // namespace kinesight::video
