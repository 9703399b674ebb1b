#include "infer/throttle.h"

#include <cmath>

namespace kinesight::infer {
namespace {

/// Timestamps jitter: a frame this much early (seconds) counts as due, or a 10 fps camera at fps_target 10
/// would lose every other frame.
constexpr double kTolerance = 0.005;

}  // namespace

bool Throttle::due(double capture_time) {
  // The first frame, or time has jumped (a reconnect, a gap, a clock set back): count from here.
  if (!next_ || std::abs(capture_time - *next_) > 2 * period_) {
    next_ = capture_time + period_;
    return true;
  }
  if (capture_time < *next_ - kTolerance) return false;
  // From the planned time and not from this frame's: over a minute the rate is exact.
  *next_ += period_;
  return true;
}

}  // namespace kinesight::infer
