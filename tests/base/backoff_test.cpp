#include "base/backoff.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace kinesight {
namespace {

TEST(Backoff, DoublesFromInitialToMaxWithin80To120Percent) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Backoff backoff({}, Rng(seed));
  for (const double plain : {5.0, 10.0, 20.0, 40.0, 60.0, 60.0, 60.0}) {
    const double delay = to_seconds(backoff.next());
    EXPECT_GE(delay, plain * 0.8);
    EXPECT_LT(delay, plain * 1.2);
  }
}

TEST(Backoff, BeginsAgainAfterReset) {
  Backoff backoff({.initial_seconds = 1, .jitter_low = 1, .jitter_high = 1}, Rng(1));
  for (int i = 0; i < 5; ++i) backoff.next();
  backoff.reset();
  EXPECT_DOUBLE_EQ(to_seconds(backoff.next()), 1);
}

TEST(Backoff, StaysFiniteHoweverOftenItIsAsked) {
  Backoff backoff({}, Rng(1));
  for (int i = 0; i < 5000; ++i) backoff.next();
  EXPECT_LE(to_seconds(backoff.next()), 72);
}

TEST(Backoff, JitterKeepsManyCamerasFromComingBackTogether) {
  std::set<Clock::Duration> delays;
  for (int camera = 0; camera < 100; ++camera) delays.insert(Backoff({}, Rng(camera)).next());
  EXPECT_GT(delays.size(), 95u);
}

}  // namespace
}  // namespace kinesight
