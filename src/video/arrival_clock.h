// Capture times of a stream that is received live.
#pragma once

#include <algorithm>
#include <limits>

namespace kinesight::video {

/// Maps a stream's own time to wall time by when its packets arrive.
///
/// A packet arrives no earlier than it was captured, so of the differences (arrival - stream time) the
/// smallest is the nearest to the truth. The smallest of the last 5 to 10 seconds is taken: network jitter
/// and a reader that is late for a moment do not move capture times, and a camera clock that drifts, or stops
/// for a while, is followed. The wall clock of the camera itself (RTCP sender reports) is not used: many
/// cameras have theirs wrong.
class ArrivalClock {
 public:
  /// A packet of `stream` seconds arrived at `wall` (Unix seconds).
  void observe(double stream, double wall) {
    if (wall - bucket_start_ > kBucketSeconds) {
      older_ = current_;
      current_ = kNone;
      bucket_start_ = wall;
    }
    current_ = std::min(current_, wall - stream);
  }

  /// The stream's time leaped: what was observed before says nothing about what comes.
  void reset() { older_ = current_ = kNone; }

  /// The wall time of `stream` seconds. At least one packet must have been observed.
  double wall_of(double stream) const { return stream + std::min(older_, current_); }

 private:
  static constexpr double kBucketSeconds = 5;
  static constexpr double kNone = std::numeric_limits<double>::infinity();

  double older_ = kNone;    ///< Smallest difference of the bucket before the current one.
  double current_ = kNone;  ///< Smallest difference since bucket_start_.
  double bucket_start_ = 0;
};

}  // namespace kinesight::video
