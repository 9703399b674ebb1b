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
  /// A packet of `stream` seconds arrived at `wall` (Unix seconds), for which the reader had waited `waited`
  /// seconds.
  void observe(double stream, double wall, double waited = 0) {
    account(wall, waited);
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

  /// When a reader that keeps pace has what was captured at `captured` (Unix seconds): at once, or when it
  /// last spent half of its time on waiting for packets: what is late then, after a standstill of the network
  /// or by a slow one, is not late by its reader.
  double had_at(double captured) const { return std::max(captured, idle_until_); }

 private:
  static constexpr double kBucketSeconds = 5;
  static constexpr double kSpanSeconds = 0.5;
  static constexpr double kNone = std::numeric_limits<double>::infinity();
  static constexpr double kNever = -kNone;

  void account(double wall, double waited) {
    waited_ += waited;
    const double span = wall - span_begin_;
    if (span >= 0 && span < kSpanSeconds) return;
    if (span < 0) idle_until_ = kNever;  // The machine's clock was set back.
    if (span >= 0 && waited_ >= span / 2) idle_until_ = wall;
    span_begin_ = wall;
    waited_ = 0;
  }

  double older_ = kNone;    ///< Smallest difference of the bucket before the current one.
  double current_ = kNone;  ///< Smallest difference since bucket_start_.
  double bucket_start_ = 0;
  double span_begin_ = kNever;  ///< Of the time in which it is counted
  double waited_ = 0;           ///< for how long packets were waited for.
  double idle_until_ = kNever;  ///< Then the reader was surely not behind.
};

}  // namespace kinesight::video
