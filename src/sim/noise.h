// Smooth random fields that are a function of their seed and place alone.
#pragma once

#include <cstdint>

namespace kinesight::sim {

/// Mixes two numbers into one that looks random (the finaliser of SplitMix64, Steele et al. 2014).
constexpr std::uint64_t hash(std::uint64_t a, std::uint64_t b = 0) {
  std::uint64_t z = a * 0x9E3779B97F4A7C15ULL + b + 0x632BE59BD9B4E019ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

/// Value noise: random values on the whole points of a lattice, smoothly interpolated. In [0, 1).
double value_noise(std::uint64_t seed, double x, double y, double z);

/// Fractal noise: `octaves` layers of value noise, each twice as fine and half as strong. In [0, 1).
double fractal_noise(std::uint64_t seed, double x, double y, double z, int octaves = 3);

/// 0 below `from`, 1 above `to`, smooth between.
double smoothstep(double from, double to, double value);

}  // namespace kinesight::sim
