// What is computed of the records of a window: count, sum, avg, min, max, first, last, quantiles. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stream/windows/quantile_sketch.h"

namespace kinesight::stream {

/// An aggregate's function.
enum class Function {
  count,  ///< Records that have the field; without a field, all records.
  sum,
  avg,
  min,
  max,
  first,     ///< The value of the oldest record that has the field, by event time.
  last,      ///< Of the newest.
  quantile,  ///< See QuantileSketch.
};

/// One column of a result.
struct Aggregate {
  std::string name;  ///< "avg_pm25".
  Function function = Function::count;
  std::optional<std::size_t>
      field{};            ///< The place of its number in what a record has; of count it may lack.
  double quantile = 0.5;  ///< Of Function::quantile: 0 to 1.
};

/// What a window knows of a key: some numbers for each aggregate, in their order, and a sketch for each that
/// is a quantile. Two of the same aggregates can be merged, in any order, with the same result; but for sums,
/// which are kept as the sum and what it was rounded by (Knuth's two-sum, TAOCP volume 2, 4.2.2), so that the
/// order shows in the last place only where more than 32 digits cancel.
class Cells {
 public:
  /// Nothing was counted yet.
  explicit Cells(std::span<const Aggregate> aggregates);

  /// Counts a record of this event time; `numbers` are its fields', those that it lacks are absent. Among
  /// records of one time the greater number is the later one.
  void add(std::span<const Aggregate> aggregates, std::int64_t event_ms,
           std::span<const std::optional<double>> numbers);
  void merge(std::span<const Aggregate> aggregates, const Cells& other);
  /// The aggregates' values, in their order; absent where no record had the field (a count or a sum is 0
  /// then).
  std::vector<std::optional<double>> values(std::span<const Aggregate> aggregates) const;

  /// For what stores and restores them: as many numbers and sketches as the aggregates need.
  std::vector<double> numbers;
  std::vector<QuantileSketch> sketches;
};

}  // namespace kinesight::stream
