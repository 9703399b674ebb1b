#include "vision/plate/alignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/rng.h"
#include "support/replay.h"
#include "vision/plate/lookalike.h"

namespace kinesight::vision::plate {
namespace {

/// The distance by its definition.
int plain_distance(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return static_cast<int>(a.size() + b.size()) * 2;
  const int exchange = a[0] == b[0] ? 0 : look_of(a[0]) == look_of(b[0]) ? 1 : 2;
  return std::min({plain_distance(a.substr(1), b) + 2, plain_distance(a, b.substr(1)) + 2,
                   plain_distance(a.substr(1), b.substr(1)) + exchange});
}

std::string random_text(Rng& rng, int most) {
  std::string text;
  for (int i = rng.integer(0, most); i > 0; --i) text += "0OB81IX"[rng.integer(0, 6)];
  return text;
}

TEST(PlateDistance, CountsHalvesOfEdits) {
  EXPECT_EQ(distance("AB123", "AB123", 9), 0);
  EXPECT_EQ(distance("AB123", "AX123", 9), 2);
  EXPECT_EQ(distance("AB123", "A8123", 9), 1);
  EXPECT_EQ(distance("AB123", "AB23", 9), 2);
  EXPECT_EQ(distance("AB123", "XAB1234", 9), 4);
}

TEST(PlateDistance, IsThatOfItsDefinition) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 2000; ++round) {
    const auto a = random_text(rng, 6), b = random_text(rng, 6);
    const int limit = rng.integer(0, 12);
    ASSERT_EQ(distance(a, b, limit), std::min(plain_distance(a, b), limit + 1))
        << a << " " << b << " " << limit;
  }
}

TEST(PlateAlignment, FindsTheCharacterThatIsMissing) {
  using Partners = std::vector<std::optional<std::size_t>>;
  EXPECT_EQ(align("AB123", "AB23"), (Partners{0, 1, std::nullopt, 2, 3}));
  EXPECT_EQ(align("AB23", "AB123"), (Partners{0, 1, 3, 4}));
  EXPECT_EQ(align("AB", ""), Partners(2));
}

TEST(PlateAlignment, CostsAsMuchAsTheDistance) {
  Rng rng(support::replay_seed());
  for (int round = 0; round < 2000; ++round) {
    const auto a = random_text(rng, 7), b = random_text(rng, 7);
    const auto partners = align(a, b);
    ASSERT_EQ(partners.size(), a.size());
    std::size_t paired = 0, next = 0;
    int cost = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!partners[i]) continue;
      ASSERT_GE(*partners[i], next) << "partners stand in order";
      ASSERT_LT(*partners[i], b.size());
      next = *partners[i] + 1;
      ++paired;
      cost += distance(a.substr(i, 1), b.substr(*partners[i], 1), 2);
    }
    cost += 2 * static_cast<int>(a.size() + b.size() - 2 * paired);
    ASSERT_EQ(cost, plain_distance(a, b)) << a << " " << b;
  }
}

}  // namespace
}  // namespace kinesight::vision::plate
