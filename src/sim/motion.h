// How things move: values that change smoothly over time.
#pragma once

#include <initializer_list>
#include <vector>

#include "base/rng.h"

namespace kinesight::sim {

/// A value over time, eased from key to key; constant before the first key and after the last.
class Track {
 public:
  /// `seconds` is scene time.
  struct Key {
    double seconds;
    double value;
  };

  Track(double value) : keys_{{0, value}} {}  // NOLINT: a number is a track that does not move.
  Track(std::initializer_list<Key> keys) : keys_(keys) {}

  double at(double seconds) const;

 private:
  std::vector<Key> keys_;
};

/// A value that swings around `centre`; it never comes to rest.
struct Sway {
  double centre = 0;
  double amplitude = 0;
  double hertz = 0.2;
  double phase = 0;

  double at(double seconds) const;
  /// Around `centre`, by up to `amplitude`, in 3 to 12 seconds.
  static Sway sample(Rng& rng, double centre, double amplitude);
};

/// When something is there, in scene time.
struct Interval {
  double from = 0;
  double to = 1e9;

  bool contains(double seconds) const { return seconds >= from && seconds < to; }
};

}  // namespace kinesight::sim
