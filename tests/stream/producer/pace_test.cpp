#include "stream/producer/pace.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace kinesight::stream {
namespace {

class PaceTest : public ::testing::Test {
 protected:
  double seconds() const { return to_seconds(clock_.steady().time_since_epoch()); }
  /// How long `count` of them take.
  double taken_for(Pace& pace, int count) {
    const double begin = seconds();
    for (int i = 0; i < count; ++i) EXPECT_TRUE(pace.wait({}));
    return seconds() - begin;
  }

  support::FakeClock clock_;
};

TEST_F(PaceTest, LetsSoManyGoASecond) {
  Pace pace(20, clock_);
  EXPECT_NEAR(taken_for(pace, 101), 5, 1e-6) << "the first at once";
}

TEST_F(PaceTest, WhoWasLateCatchesUpByASecondAtMost) {
  Pace pace(10, clock_);
  EXPECT_NEAR(taken_for(pace, 1), 0, 1e-9);
  clock_.advance_seconds(60);
  EXPECT_NEAR(taken_for(pace, 11), 0, 1e-6);
  EXPECT_NEAR(taken_for(pace, 10), 1, 1e-6);
}

TEST_F(PaceTest, WithoutARateNobodyWaits) {
  Pace pace(std::nullopt, clock_);
  EXPECT_EQ(taken_for(pace, 1000), 0);
}

TEST_F(PaceTest, AStopEndsTheWait) {
  Pace pace(1, clock_), free(std::nullopt, clock_);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(pace.wait(stop.get_token()));
  EXPECT_FALSE(free.wait(stop.get_token()));
}

}  // namespace
}  // namespace kinesight::stream
