// A sink's counts, under the names that its final log line shows.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kinesight::publish {

/// In order: {{"published", 1250}, {"failed", 0}, …}.
using Totals = std::vector<std::pair<std::string, std::uint64_t>>;

/// The counts of one sink.
struct SinkTotals {
  std::string sink;  ///< "kds"
  Totals counts;
};

}  // namespace kinesight::publish
