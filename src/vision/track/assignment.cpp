// Shortest augmenting paths with potentials: each row in turn finds the cheapest way into the assignment,
// others moving over where that is cheaper in sum.
#include "vision/track/assignment.h"

#include <algorithm>
#include <limits>

namespace kinesight::vision {

namespace {

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

/// The costs with no more rows than columns, relative to the limit. What is not below the limit is as good as
/// no pair at all: 0. That is why every row can be given a column, and needs none to stay alone in.
class Work {
 public:
  Work(const Costs& costs, double limit)
      : costs_(costs), limit_(limit), turned_(costs.rows() > costs.columns()) {}

  std::size_t rows() const { return turned_ ? costs_.columns() : costs_.rows(); }
  std::size_t columns() const { return turned_ ? costs_.rows() : costs_.columns(); }
  bool turned() const { return turned_; }
  double at(std::size_t row, std::size_t column) const {
    return std::min(0.0, (turned_ ? costs_.at(column, row) : costs_.at(row, column)) - limit_);
  }

 private:
  const Costs& costs_;
  double limit_;
  bool turned_;
};

/// The assignment so far. Column `columns()` is where a row stands that is looking for its place.
struct State {
  explicit State(const Work& work)
      : row_potential(work.rows()),
        column_potential(work.columns() + 1),
        row_of(work.columns() + 1, kNone),
        came_from(work.columns() + 1) {}

  std::vector<double> row_potential, column_potential;
  std::vector<std::size_t> row_of;     ///< By column.
  std::vector<std::size_t> came_from;  ///< By column: the one before it on the cheapest path.
};

/// Grows the tree of cheapest paths from the row at the start until it reaches a free column; gives that.
std::size_t cheapest_free_column(const Work& work, State& state) {
  const std::size_t start = work.columns();
  std::vector<double> distance(start + 1, std::numeric_limits<double>::infinity());
  std::vector<bool> reached(start + 1);
  std::size_t column = start;
  do {
    reached[column] = true;
    const std::size_t row = state.row_of[column];
    double least = std::numeric_limits<double>::infinity();
    std::size_t next = kNone;
    for (std::size_t j = 0; j < start; ++j) {
      if (reached[j]) continue;
      const double reduced = work.at(row, j) - state.row_potential[row] - state.column_potential[j];
      if (reduced < distance[j]) {
        distance[j] = reduced;
        state.came_from[j] = column;
      }
      if (distance[j] < least) {
        least = distance[j];
        next = j;
      }
    }
    for (std::size_t j = 0; j <= start; ++j) {
      if (reached[j]) {
        state.row_potential[state.row_of[j]] += least;
        state.column_potential[j] -= least;
      } else {
        distance[j] -= least;
      }
    }
    column = next;
  } while (state.row_of[column] != kNone);
  return column;
}

}  // namespace

std::vector<std::optional<std::size_t>> assign(const Costs& costs, double limit) {
  std::vector<std::optional<std::size_t>> result(costs.rows());
  const Work work(costs, limit);
  State state(work);
  const std::size_t start = work.columns();
  for (std::size_t row = 0; row < work.rows(); ++row) {
    state.row_of[start] = row;
    std::size_t column = cheapest_free_column(work, state);
    while (column != start) {  // Everybody on the path moves one place along it.
      state.row_of[column] = state.row_of[state.came_from[column]];
      column = state.came_from[column];
    }
  }
  for (std::size_t column = 0; column < start; ++column) {
    const std::size_t row = state.row_of[column];
    if (row == kNone || !(work.at(row, column) < 0)) continue;
    if (work.turned()) {
      result[column] = row;
    } else {
      result[row] = column;
    }
  }
  return result;
}

}  // namespace kinesight::vision
