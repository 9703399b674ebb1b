#include "clips/cache.h"

#include <fmt/format.h>

#include <random>

namespace kinesight::clips {

std::string holder_token() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace kinesight::clips
