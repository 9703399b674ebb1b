// What the faults of a camera do to the fragments it sends: which it never sent, and how the others differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/kvs/faults.h"
#include "sim/kvs/loop_times.h"

namespace kinesight::sim::kvs {

/// A snapshot of one camera's faults (offline, gap, resolution, clock_skew), laid over the arithmetic of its
/// loop. All its answers take time in the number of faults, none in the age of the stream.
class CameraFaults {
 public:
  /// Fragments [begin, end) that were never sent.
  struct Missing {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  /// From `begin` to `end` (Unix seconds, true time) the camera's clock is ahead by `seconds`.
  struct Skew {
    double begin = 0;
    double end = 0;
    double seconds = 0;
  };

  /// `sizes` are the recordings' ("640x360"), which the fault `resolution` may name.
  CameraFaults(const Faults& faults, const std::string& stream, const LoopTimes& times,
               const std::vector<std::string>& sizes);

  bool sent(std::int64_t index) const;
  /// The first fragment sent at or after `index`; kNever when the camera is off for good.
  std::int64_t next_sent(std::int64_t index) const;
  /// The last fragment sent at or before `index`; -1 when there is none.
  std::int64_t last_sent(std::int64_t index) const;
  /// How many fragments were sent before `index`.
  std::int64_t sent_before(std::int64_t index) const;

  /// Which recording a fragment that begins at `time` is of.
  int rendition(double time) const;
  /// The clock's error at `time`, seconds.
  double skew(double time) const;
  /// The spans of constant skew, in order; together they are all time.
  std::vector<Skew> skews() const;

  static constexpr std::int64_t kNever = INT64_MAX;

 private:
  struct Change {
    double begin = 0;
    double end = 0;
    int rendition = 0;
  };
  void miss(double begin, double end, const LoopTimes& times);
  void merge();
  const Missing* around(std::int64_t index) const;

  std::vector<Missing> missing_;  ///< In order, apart from one another.
  std::vector<Change> changes_;
  std::vector<Skew> skews_;  ///< As they were given: the last one that holds counts.
};

}  // namespace kinesight::sim::kvs
