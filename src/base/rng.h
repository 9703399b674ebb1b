// Randomness behind an object with a seed, so that a run can be replayed.
#pragma once

#include <cstdint>
#include <random>

namespace kinesight {

/// A seeded source of random numbers. Not thread-safe: give each thread its own.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : engine_(seed) {}

  /// A generator seeded by the operating system.
  static Rng from_entropy() {
    std::random_device device;
    return Rng((std::uint64_t{device()} << 32) | device());
  }

  /// Uniform in [low, high).
  double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(engine_);
  }
  /// Uniform in [low, high], both included.
  int integer(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
  /// True with probability `p`.
  bool chance(double p) { return uniform(0.0, 1.0) < p; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace kinesight
