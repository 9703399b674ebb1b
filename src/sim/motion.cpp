#include "sim/motion.h"

#include <cmath>
#include <numbers>

#include "sim/noise.h"

namespace kinesight::sim {

double Track::at(double seconds) const {
  if (seconds <= keys_.front().seconds) return keys_.front().value;
  for (std::size_t k = 1; k < keys_.size(); ++k) {
    const Key& from = keys_[k - 1];
    const Key& to = keys_[k];
    if (seconds < to.seconds)
      return std::lerp(from.value, to.value, smoothstep(from.seconds, to.seconds, seconds));
  }
  return keys_.back().value;
}

double Sway::at(double seconds) const {
  return centre + amplitude * std::sin(2 * std::numbers::pi * hertz * seconds + phase);
}

Sway Sway::sample(Rng& rng, double centre, double amplitude) {
  return {centre, rng.uniform(0.3, 1) * amplitude, 1 / rng.uniform(3, 12),
          rng.uniform(0, 2 * std::numbers::pi)};
}

}  // namespace kinesight::sim
