#include "stream/windows/quantile_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/replay.h"

namespace kinesight::stream {
namespace {

TEST(QuantileSketch, IsWithinItsErrorOfTheExactQuantile) {
  std::mt19937_64 random(support::replay_seed());
  std::lognormal_distribution<double> sizes(0, 4);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> numbers(1 + random() % 3000);
    QuantileSketch sketch;
    for (double& number : numbers) {
      number = random() % 10 == 0 ? 0 : sizes(random) * (random() % 3 == 0 ? -1 : 1);
      sketch.add(number);
    }
    std::ranges::sort(numbers);
    for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 1.0}) {
      const double exact =
          numbers[static_cast<std::size_t>(std::floor(q * static_cast<double>(numbers.size() - 1)))];
      EXPECT_NEAR(sketch.quantile(q).value(), exact,
                  std::abs(exact) * (QuantileSketch::kRelativeError + 1e-9))
          << "q = " << q << " of " << numbers.size();
    }
  }
}

TEST(QuantileSketch, PartsMakeTheWholeInAnyOrder) {
  std::mt19937_64 random(support::replay_seed());
  std::normal_distribution<double> sizes(0, 100);
  QuantileSketch whole, one, other;
  for (int i = 0; i < 1000; ++i) {
    const double number = sizes(random);
    whole.add(number);
    (i % 3 == 0 ? one : other).add(number);
  }
  other.merge(one);
  EXPECT_EQ(other, whole);
}

TEST(QuantileSketch, HasNoQuantileOfNothing) { EXPECT_EQ(QuantileSketch().quantile(0.5), std::nullopt); }

TEST(QuantileSketch, StaysSmallWhateverComes) {
  QuantileSketch sketch;
  for (double number = 1e-300; number < 1e300; number *= 1.01) sketch.add(number);
  EXPECT_LT(sketch.bytes().size(), QuantileSketch::kMostBuckets * 12 + 100);
  EXPECT_NEAR(sketch.quantile(1).value(), 1e300, 1e300 * 0.03) << "the great ones keep their bound";
}

TEST(QuantileSketch, ComesBackFromItsBytesAndNotFromOthers) {
  QuantileSketch sketch;
  for (const double number : {-5.0, 0.0, 0.0, 3.0, 3.1, 1e6}) sketch.add(number);
  const std::string bytes = sketch.bytes();
  EXPECT_EQ(QuantileSketch::from_bytes(bytes).value(), sketch);
  for (std::size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(QuantileSketch::from_bytes(bytes.substr(0, length))) << length;
  EXPECT_FALSE(QuantileSketch::from_bytes(bytes + "x"));
  EXPECT_FALSE(QuantileSketch::from_bytes(std::string(bytes.size(), '\xff')));
}

}  // namespace
}  // namespace kinesight::stream
