// fps_target: which frames of a stream are worth a detector's time.
#pragma once

#include <optional>

namespace kinesight::infer {

/// Lets frames through at most `fps` times a second of capture time, evenly spaced.
class Throttle {
 public:
  /// `fps` above 0.
  explicit Throttle(double fps) : period_(1.0 / fps) {}

  /// Whether the frame captured at `capture_time` (Unix seconds) is due. Each frame is asked about once, in
  /// order.
  bool due(double capture_time);

 private:
  const double period_;
  std::optional<double> next_;
};

}  // namespace kinesight::infer
