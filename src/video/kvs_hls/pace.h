// When to look at a live playlist again. Private to kvs_hls/.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include "base/clock.h"

namespace kinesight::video::kvs_hls {

/// A fragment is listed when it is whole: one fragment's length, and a lag, after it began. A look comes when
/// the next one is due, and from then on every fraction of a fragment. The lag lies between the largest at
/// which a fragment was not listed yet and the smallest at which one was; each look halves what lies between,
/// down to kSureSeconds. GetHLSMediaPlaylist may be asked five times a second and session; this asks two to
/// four times a fragment.
class Pace {
 public:
  static constexpr double kShortestSeconds = 0.25;
  static constexpr double kLongestSeconds = 1;

  /// Of a new session: nothing is known yet.
  void restart(Clock::Steady now) {
    lag_ = kUnknown;
    too_early_ = -kUnknown;
    due_ = next_ = now;
    looked_.reset();
  }

  /// A look at `now` (`wall` in Unix seconds) showed a new fragment that ended at `end` and lasted
  /// `duration`.
  void saw_new(Clock::Steady now, double wall, double end, double duration) {
    const double lag = wall - end;
    lag_ = std::min(lag_, lag);
    // It was not listed at the look before: where the two are far apart, a look between them would have had
    // it sooner.
    if (looked_) too_early_ = std::max(too_early_, lag - to_seconds(now - *looked_));
    const bool unsure = too_early_ < lag_ - kSureSeconds && too_early_ > lag_ - duration;
    duration_ = duration;
    due_ = now + seconds_duration(end + duration + (unsure ? (lag_ + too_early_) / 2 : lag_) - wall);
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
    looked_ = now;
    const double due = to_seconds(due_ - now);
    const double soon = std::clamp(duration_ / 8, kShortestSeconds, kLongestSeconds);
    const double wait =
        due > kShortestSeconds ? std::min(due, std::max(duration_ / 2, kLongestSeconds)) : soon;
    next_ = now + seconds_duration(std::min(wait, kMostSeconds));
  }

  static constexpr double kMostSeconds = 10;  ///< Whatever a playlist claims.
  static constexpr double kSureSeconds = 0.02;
  static constexpr double kUnknown = std::numeric_limits<double>::infinity();
  double lag_ = kUnknown;                ///< The smallest at which a fragment was listed.
  double too_early_ = -kUnknown;         ///< The largest lag at which a fragment was not listed yet.
  std::optional<Clock::Steady> looked_;  ///< When it last looked, in this session.
  double duration_ = 1;                  ///< Of the newest fragment, seconds.
  Clock::Steady due_{};
  Clock::Steady next_{};
};

}  // namespace kinesight::video::kvs_hls
