// When to look at a live playlist again. Private to kvs_hls/.
#pragma once

#include <algorithm>
#include <limits>

#include "base/clock.h"

namespace kinesight::video::kvs_hls {

/// A fragment is listed when it is whole: one fragment's length, and a lag, after it began. The smallest lag
/// seen says when the next one is due; a look comes then, and from then on every fraction of a fragment.
/// GetHLSMediaPlaylist may be asked five times a second and session; this asks two to four times a fragment.
class Pace {
 public:
  static constexpr double kShortestSeconds = 0.25;
  static constexpr double kLongestSeconds = 1;

  /// Of a new session: nothing is known yet.
  void restart(Clock::Steady now) {
    lag_ = kUnknown;
    due_ = next_ = now;
  }

  /// A look at `now` (`wall` in Unix seconds) showed a new fragment that ended at `end` and lasted
  /// `duration`.
  void saw_new(Clock::Steady now, double wall, double end, double duration) {
    lag_ = std::min(lag_, wall - end);
    duration_ = duration;
    due_ = now + seconds_duration(end + duration + lag_ - wall);
    plan(now);
  }

  /// A look showed nothing new.
  void saw_nothing(Clock::Steady now) { plan(now); }

  /// When to look next.
  Clock::Steady next() const { return next_; }
  /// Whether what was listed at the last look may be out of date by now.
  bool stale(Clock::Steady now) const {
    return now >= next_ + seconds_duration(std::max(duration_, kLongestSeconds));
  }

 private:
  /// Half a fragment at most, in case one is shorter than the last; once one is due, at short distances.
  void plan(Clock::Steady now) {
    const double due = to_seconds(due_ - now);
    const double soon = std::clamp(duration_ / 8, kShortestSeconds, kLongestSeconds);
    const double wait =
        due > kShortestSeconds ? std::min(due, std::max(duration_ / 2, kLongestSeconds)) : soon;
    next_ = now + seconds_duration(std::min(wait, kMostSeconds));
  }

  static constexpr double kMostSeconds = 10;  ///< Whatever a playlist claims.
  static constexpr double kUnknown = std::numeric_limits<double>::infinity();
  double lag_ = kUnknown;
  double duration_ = 1;  ///< Of the newest fragment, seconds.
  Clock::Steady due_{};
  Clock::Steady next_{};
};

}  // namespace kinesight::video::kvs_hls
