// fps_target: which frames of a stream are worth a detector's time.
#pragma once

#include <optional>

namespace kinesight::infer {

/// Lets frames through at most `fps` times a second of capture time, evenly spaced.
class Throttle {
 public:
  /// `fps` above 0.
  explicit Throttle(double fps) : usual_period_(1.0 / fps), period_(usual_period_) {}

  /// Whether the frame captured at `capture_time` (Unix seconds) is due. Each frame is asked about once, in
  /// order.
  bool due(double capture_time);

  /// From now on one in `factor` of the usual number is let through; 1 is as usual.
  void thin(double factor) { period_ = usual_period_ * factor; }

 private:
  const double usual_period_;
  double period_;
  std::optional<double> next_;
};

}  // namespace kinesight::infer
