// Optimal assignment: who goes with whom at the least cost.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace kinesight::vision {

/// What it costs to pair each row with each column. A pair that must not be has an infinite cost.
class Costs {
 public:
  Costs(std::size_t rows, std::size_t columns) : rows_(rows), columns_(columns), values_(rows * columns) {}

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }
  double& at(std::size_t row, std::size_t column) { return values_[row * columns_ + column]; }
  double at(std::size_t row, std::size_t column) const { return values_[row * columns_ + column]; }

 private:
  std::size_t rows_;
  std::size_t columns_;
  std::vector<double> values_;
};

/// By row, the column that it is paired with. Pairs that cost `limit` or more are never made; of all ways to
/// make pairs below it, this one has the least sum of (cost - limit): what lapjv's cost limit, which
/// ByteTrack associates with, means by best. O(n^2 m) for n the smaller side, after R. Jonker and A.
/// Volgenant, "A Shortest Augmenting Path Algorithm for Dense and Sparse Linear Assignment Problems",
/// Computing 38 (1987).
std::vector<std::optional<std::size_t>> assign(const Costs& costs, double limit);

}  // namespace kinesight::vision
