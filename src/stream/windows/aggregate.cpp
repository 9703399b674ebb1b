#include "stream/windows/aggregate.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kinesight::stream {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// How many numbers an aggregate keeps: a count; a sum and its rest; both for an average; the least or the
/// greatest; a time and a value.
std::size_t width(Function function) {
  switch (function) {
    case Function::count:
    case Function::min:
    case Function::max:
      return 1;
    case Function::sum:
    case Function::first:
    case Function::last:
      return 2;
    case Function::avg:
      return 3;
    case Function::quantile:
      return 0;
  }
  return 0;
}

bool starts_empty(Function function) {
  return function == Function::min || function == Function::max || function == Function::first ||
         function == Function::last;
}

/// Adds to a sum and to what it was rounded by.
void add_to(double* sum, double number) {
  const double before = sum[0], after = before + number;
  const double part = after - before;
  sum[1] += (before - (after - part)) + (number - part);
  sum[0] = after;
}

/// Whether (time, value) comes before (other_time, other_value), and so is the first of the two.
bool before(double time, double value, double other_time, double other_value) {
  return time < other_time || (time == other_time && value < other_value);
}

/// Takes a record's time and value, or those of another window, where they are the first, or the last.
void take_end(double* cell, Function function, double time, double value) {
  const bool nothing = std::isnan(cell[0]);
  const bool first = function == Function::first;
  if (nothing || (first ? before(time, value, cell[0], cell[1]) : before(cell[0], cell[1], time, value))) {
    cell[0] = time;
    cell[1] = value;
  }
}

void merge_cell(double* cell, const double* other, Function function) {
  switch (function) {
    case Function::count:
      cell[0] += other[0];
      return;
    case Function::avg:
      cell[2] += other[2];
      [[fallthrough]];
    case Function::sum:
      add_to(cell, other[0]);
      add_to(cell, other[1]);
      return;
    case Function::min:
      cell[0] = std::fmin(cell[0], other[0]);
      return;
    case Function::max:
      cell[0] = std::fmax(cell[0], other[0]);
      return;
    case Function::first:
    case Function::last:
      if (!std::isnan(other[0])) take_end(cell, function, other[0], other[1]);
      return;
    case Function::quantile:
      return;
  }
}

std::optional<double> shown(const double* cell, Function function) {
  const auto unless_none = [](double number) {
    return std::isnan(number) ? std::nullopt : std::optional(number);
  };
  switch (function) {
    case Function::count:
      return cell[0];
    case Function::sum:
      return cell[0] + cell[1];
    case Function::avg:
      return cell[2] > 0 ? std::optional((cell[0] + cell[1]) / cell[2]) : std::nullopt;
    case Function::min:
    case Function::max:
      return unless_none(cell[0]);
    case Function::first:
    case Function::last:
      return std::isnan(cell[0]) ? std::nullopt : std::optional(cell[1]);
    case Function::quantile:
      break;
  }
  return std::nullopt;
}

}  // namespace

Cells::Cells(std::span<const Aggregate> aggregates) {
  for (const Aggregate& one : aggregates) {
    numbers.insert(numbers.end(), width(one.function), starts_empty(one.function) ? kNone : 0.0);
    if (one.function == Function::quantile) sketches.emplace_back();
  }
}

void Cells::add(std::span<const Aggregate> aggregates, std::int64_t event_ms,
                std::span<const std::optional<double>> fields) {
  double* cell = numbers.data();
  auto sketch = sketches.begin();
  for (const Aggregate& one : aggregates) {
    const std::optional<double> number = one.field ? fields[*one.field] : std::nullopt;
    if (one.function == Function::count) {
      cell[0] += !one.field || number ? 1 : 0;
    } else if (number) {
      switch (one.function) {
        case Function::avg:
          cell[2] += 1;
          [[fallthrough]];
        case Function::sum:
          add_to(cell, *number);
          break;
        case Function::min:
          cell[0] = std::fmin(cell[0], *number);
          break;
        case Function::max:
          cell[0] = std::fmax(cell[0], *number);
          break;
        case Function::first:
        case Function::last:
          take_end(cell, one.function, static_cast<double>(event_ms), *number);
          break;
        case Function::quantile:
          sketch->add(*number);
          break;
        case Function::count:
          break;
      }
    }
    cell += width(one.function);
    sketch += one.function == Function::quantile ? 1 : 0;
  }
}

void Cells::merge(std::span<const Aggregate> aggregates, const Cells& other) {
  std::size_t at = 0;
  for (const Aggregate& one : aggregates) {
    merge_cell(numbers.data() + at, other.numbers.data() + at, one.function);
    at += width(one.function);
  }
  for (std::size_t i = 0; i < sketches.size(); ++i) sketches[i].merge(other.sketches[i]);
}

std::vector<std::optional<double>> Cells::values(std::span<const Aggregate> aggregates) const {
  std::vector<std::optional<double>> values;
  const double* cell = numbers.data();
  auto sketch = sketches.begin();
  for (const Aggregate& one : aggregates) {
    const bool is_quantile = one.function == Function::quantile;
    values.push_back(is_quantile ? sketch->quantile(one.quantile) : shown(cell, one.function));
    cell += width(one.function);
    sketch += is_quantile ? 1 : 0;
  }
  return values;
}

}  // namespace kinesight::stream
