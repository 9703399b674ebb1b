#include "vision/track/assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <set>

#include "base/rng.h"
#include "support/replay.h"

namespace kinesight::vision {
namespace {

using Pairs = std::vector<std::optional<std::size_t>>;
constexpr double kNever = std::numeric_limits<double>::infinity();

Costs costs(std::size_t rows, std::size_t columns, const std::vector<double>& values) {
  Costs made(rows, columns);
  for (std::size_t i = 0; i < values.size(); ++i) made.at(i / columns, i % columns) = values[i];
  return made;
}

/// The sum of (cost - limit) over the pairs; fails if a column is in two of them, or a pair is too dear.
double value(const Costs& costs, double limit, const Pairs& pairs) {
  double sum = 0;
  std::set<std::size_t> taken;
  for (std::size_t row = 0; row < pairs.size(); ++row) {
    if (!pairs[row]) continue;
    EXPECT_TRUE(taken.insert(*pairs[row]).second) << "column " << *pairs[row] << " twice";
    EXPECT_LT(costs.at(row, *pairs[row]), limit);
    sum += costs.at(row, *pairs[row]) - limit;
  }
  return sum;
}

/// The least value there is, by trying everything: each row alone or with any column that is free.
double least_value(const Costs& costs, double limit, std::size_t row, std::vector<bool>& taken) {
  if (row == costs.rows()) return 0;
  double best = least_value(costs, limit, row + 1, taken);
  for (std::size_t column = 0; column < costs.columns(); ++column) {
    if (taken[column] || costs.at(row, column) >= limit) continue;
    taken[column] = true;
    best = std::min(best, costs.at(row, column) - limit + least_value(costs, limit, row + 1, taken));
    taken[column] = false;
  }
  return best;
}

TEST(Assignment, TakesTheBestSumAndNotTheBestPair) {
  // The cheapest pair, 1, would leave 9 for the others.
  EXPECT_EQ(assign(costs(2, 2, {1, 2, 2, 9}), 10), (Pairs{1, 0}));
}

TEST(Assignment, LeavesAloneWhatCostsTheLimit) {
  EXPECT_EQ(assign(costs(2, 2, {0.5, kNever, kNever, 0.8}), 0.8), (Pairs{0, std::nullopt}));
  EXPECT_EQ(assign(costs(1, 1, {kNever}), 5), (Pairs{std::nullopt}));
}

TEST(Assignment, TwoGoodPairsBeatOneThatIsVeryGood) {
  EXPECT_EQ(assign(costs(2, 2, {0.1, 0.4, 0.4, kNever}), 0.8), (Pairs{1, 0}));
  EXPECT_EQ(assign(costs(2, 2, {0.1, 0.7, 0.7, kNever}), 0.8), (Pairs{0, std::nullopt}));
}

TEST(Assignment, OfNothingIsNothing) {
  EXPECT_EQ(assign(Costs(0, 3), 1), Pairs{});
  EXPECT_EQ(assign(Costs(2, 0), 1), Pairs(2));
}

TEST(Assignment, IsAsGoodAsTryingEverything) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 3000; ++round) {
    Costs random(static_cast<std::size_t>(rng.integer(1, 7)), static_cast<std::size_t>(rng.integer(1, 7)));
    const bool coarse = rng.chance(0.3);  // Many of equal cost.
    for (std::size_t row = 0; row < random.rows(); ++row) {
      for (std::size_t column = 0; column < random.columns(); ++column) {
        const double cost = coarse ? rng.integer(0, 3) / 3.0 : rng.uniform(0, 1);
        random.at(row, column) = rng.chance(0.2) ? kNever : cost;
      }
    }
    const double limit = rng.uniform(0.2, 1.2);
    std::vector<bool> taken(random.columns());
    const auto pairs = assign(random, limit);
    ASSERT_EQ(pairs.size(), random.rows());
    ASSERT_NEAR(value(random, limit, pairs), least_value(random, limit, 0, taken), 1e-9) << "round " << round;
  }
}

TEST(Assignment, FindsAHiddenPermutation) {
  constexpr std::size_t kMany = 200;
  Rng rng(11);
  std::vector<std::size_t> hidden(kMany);
  std::iota(hidden.begin(), hidden.end(), 0);
  for (std::size_t i = kMany - 1; i > 0; --i)
    std::swap(hidden[i], hidden[rng.integer(0, static_cast<int>(i))]);
  Costs all(kMany, kMany);
  for (std::size_t row = 0; row < kMany; ++row) {
    for (std::size_t column = 0; column < kMany; ++column) {
      all.at(row, column) = hidden[row] == column ? 0.001 : rng.uniform(0.01, 1);
    }
  }
  EXPECT_EQ(assign(all, 2), Pairs(hidden.begin(), hidden.end()));
}

}  // namespace
}  // namespace kinesight::vision
