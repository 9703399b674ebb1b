#include "sim/noise.h"

#include <algorithm>
#include <cmath>

namespace kinesight::sim {
namespace {

double lattice(std::uint64_t seed, std::int64_t x, std::int64_t y, std::int64_t z) {
  const auto key = static_cast<std::uint64_t>(x * 73856093) ^ static_cast<std::uint64_t>(y * 19349663) ^
                   static_cast<std::uint64_t>(z * 83492791);
  return static_cast<double>(hash(seed, key) >> 11) * 0x1p-53;
}

double fade(double t) { return t * t * (3 - 2 * t); }

}  // namespace

double value_noise(std::uint64_t seed, double x, double y, double z) {
  const double fx = std::floor(x), fy = std::floor(y), fz = std::floor(z);
  const auto ix = static_cast<std::int64_t>(fx), iy = static_cast<std::int64_t>(fy),
             iz = static_cast<std::int64_t>(fz);
  const double u = fade(x - fx), v = fade(y - fy), w = fade(z - fz);
  const auto edge = [&](int dy, int dz) {
    return std::lerp(lattice(seed, ix, iy + dy, iz + dz), lattice(seed, ix + 1, iy + dy, iz + dz), u);
  };
  return std::lerp(std::lerp(edge(0, 0), edge(1, 0), v), std::lerp(edge(0, 1), edge(1, 1), v), w);
}

double fractal_noise(std::uint64_t seed, double x, double y, double z, int octaves) {
  double sum = 0, weight = 0, strength = 1;
  for (int octave = 0; octave < octaves; ++octave, strength /= 2) {
    sum += strength * value_noise(seed + static_cast<std::uint64_t>(octave), x, y, z);
    weight += strength;
    x *= 2;
    y *= 2;
    z *= 2;
  }
  return sum / weight;
}

double smoothstep(double from, double to, double value) {
  return fade(std::clamp((value - from) / (to - from), 0.0, 1.0));
}

}  // namespace kinesight::sim
