// How many cameras fit, found by trying.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "cli/load_test/measurement.h"

namespace kinesight::cli::load_test {

/// What a search tried, in order.
struct Search {
  int fits = 0;                           ///< The most cameras that kept up; 0: not even one.
  std::optional<Measurement> too_many{};  ///< The fewest that did not; none when `most` kept up.
  std::vector<Measurement> trials{};
};

/// Doubles from `first` until cameras fall behind, up to `most`, then halves the interval that is left. An
/// interrupted trial ends it. Error: the trial's.
Result<Search> find_most(int first, int most, const std::function<Result<Measurement>(int cameras)>& trial);

}  // namespace kinesight::cli::load_test
