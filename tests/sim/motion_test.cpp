#include "sim/motion.h"

#include <gtest/gtest.h>

namespace kinesight::sim {
namespace {

TEST(Track, RestsBeforeItsFirstKeyAndAfterItsLast) {
  const Track track{{2, 10}, {4, 20}};
  EXPECT_EQ(track.at(0), 10);
  EXPECT_EQ(track.at(2), 10);
  EXPECT_DOUBLE_EQ(track.at(3), 15);
  EXPECT_EQ(track.at(4), 20);
  EXPECT_EQ(track.at(99), 20);
}

TEST(Track, MovesWithoutJumps) {
  const Track track{{0, 0}, {1, 5}, {2, -3}};
  for (double t = 0; t < 2.5; t += 0.01) EXPECT_LT(std::abs(track.at(t + 0.01) - track.at(t)), 0.15) << t;
}

TEST(Interval, HoldsItsStartButNotItsEnd) {
  const Interval when{2, 3};
  EXPECT_FALSE(when.contains(1.99));
  EXPECT_TRUE(when.contains(2));
  EXPECT_FALSE(when.contains(3));
}

}  // namespace
}  // namespace kinesight::sim
