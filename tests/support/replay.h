// The seed of a random test, so that a failure can be seen again.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace kinesight::support {

/// KINESIGHT_TEST_SEED when it is set, else another seed each time. It is printed, for ctest to show when the
/// test fails.
inline std::uint64_t replay_seed() {
  const char* given = std::getenv("KINESIGHT_TEST_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "seed: KINESIGHT_TEST_SEED=" << seed << "\n";
  return seed;
}

}  // namespace kinesight::support
