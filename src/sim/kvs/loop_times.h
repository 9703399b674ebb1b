// When the fragments of a recording begin that a camera plays again and again: arithmetic, no list.
#pragma once

#include <cstdint>
#include <vector>

#include "video/fragmenter.h"

namespace kinesight::sim::kvs {

/// Fragment i of a camera that began at `start` (Unix seconds) and loops a recording of n fragments is
/// fragment i mod n of lap i div n: it begins at start + lap × duration + that fragment's begin.
class LoopTimes {
 public:
  /// Times are compared to the microsecond: two sums that should be equal may differ by less.
  static constexpr double kSame = 1e-6;

  LoopTimes(double start, const video::FragmentedVideo& recording);

  /// Whether there is nothing to play.
  bool empty() const { return begins_.empty(); }
  double start() const { return start_; }
  double longest() const { return longest_; }  ///< Of the recording's fragments, seconds.

  double begin(std::int64_t index) const;  ///< Unix seconds.
  double duration(std::int64_t index) const { return durations_[within(index)]; }
  double end(std::int64_t index) const { return begin(index) + duration(index); }
  /// Which of the recording's fragments it is.
  std::size_t within(std::int64_t index) const {
    return static_cast<std::size_t>(index % static_cast<std::int64_t>(begins_.size()));
  }

  /// The first fragment that begins at or after `time`, which is no later than the year 2286 or so.
  std::int64_t first_from(double time) const;
  /// The first fragment that ends after `time`.
  std::int64_t first_ending_after(double time) const;

 private:
  double start_;
  double lap_ = 0;  ///< Seconds of one round.
  double longest_ = 0;
  std::vector<double> begins_;
  std::vector<double> durations_;
};

}  // namespace kinesight::sim::kvs
