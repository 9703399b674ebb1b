// Whether something that looks like fire or smoke behaves like it.
//
// A model looks at single pictures, where a headlight, a lamp or a beacon can pass for a fire. Over seconds
// they give themselves away: flames stay where they burn, spread, and never look the same twice.
//
// After T.-H. Chen, P.-H. Wu, Y.-C. Chiou, "An early fire-detection method based on image processing", ICIP
// 2004 (growth and disorder of flames), and B. U. Töreyin, Y. Dedeoğlu, U. Güdükbay, A. E. Çetin, "Computer
// vision based method for real-time fire and flame detection", Pattern Recognition Letters 27 (2006). What
// the latter reads from flicker at 10 Hz is not to be had from 1 to 10 frames a second: here it is novelty,
// which is how little a look inside the box resembles any look before.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>

#include "base/frame.h"
#include "vision/detector.h"
#include "vision/rules/verdict.h"

namespace kinesight::vision {

/// What is asked of a fire before it counts.
struct GrowthOptions {
  double growth_seconds = 2;  ///< How long it must have been seen before it can count.
  double min_growth = 1.15;   ///< Its area at the end of that time, as a multiple of that at its beginning.
  double steady_seconds = 8;  ///< One that does not grow counts after so long, if it lives.
  /// How much it must change in half of its looks: 0 nothing, 1 all. Lamps: 0.03; headlights: up to 0.15.
  double min_novelty = 0.2;
  /// How far its foot may move, in multiples of its size (the root of its area).
  double max_shift = 0.75;
};

/// The luma in a box, 16 x 16 cells over it, of a picture that does not matter any more.
struct Look {
  static constexpr int kSide = 16;
  std::array<float, std::size_t{kSide} * kSide> cells{};  ///< Levels, 0 to 255, row by row.

  /// What `view` shows in `box`; of what lies outside the picture its edge.
  static Look at(const FrameView& view, const Box& box);
  /// How much the two differ when their brightness and contrast are left out: 0 when alike, about 1 for two
  /// pictures that have nothing to do with each other.
  static double difference(const Look& a, const Look& b);
};

/// What one track showed lately: at most some 400 observations and 16 looks. Some 40 microseconds a frame.
class GrowthWitness {
 public:
  explicit GrowthWitness(const GrowthOptions& options) : options_(options) {}

  /// The object was seen in `box` of the picture `view` at `time` (Unix seconds). Frames less than 80 ms
  /// apart count as one.
  void observe(double time, const Box& box, const FrameView& view);

  /// Nothing when it behaves like fire or smoke; otherwise why not (unconfirmed: not seen for long enough
  /// yet), with the figures.
  std::optional<Fault> doubt() const;

 private:
  struct Observation {
    double time = 0;
    Box box;
    std::optional<double> novelty;  ///< None while there is nothing to compare with.
  };
  /// A look of a while ago, and where it was.
  struct Memory {
    double time = 0;
    Box box;
    Look look;
  };

  std::optional<double> novelty(double time, const Look& now, const FrameView& view) const;
  void remember(double time, const Box& box, const Look& look);
  double growth() const;
  double shift() const;
  std::optional<double> typical_novelty() const;

  GrowthOptions options_;
  std::deque<Observation> seen_;
  std::deque<Memory> memories_;
};

}  // namespace kinesight::vision
