#include "infer/throttle.h"

#include <gtest/gtest.h>

#include "infer/rate_meter.h"

namespace kinesight::infer {
namespace {

/// How many of `seconds` of frames at `fps` (with `jitter` seconds back and forth) are let through.
int passed(double fps_target, double fps, double seconds, double jitter = 0) {
  Throttle throttle(fps_target);
  int count = 0;
  for (int i = 0; i < static_cast<int>(seconds * fps); ++i) {
    count += throttle.due(1.7e9 + i / fps + (i % 2 ? jitter : -jitter));
  }
  return count;
}

TEST(Throttle, LetsThroughTheTargetAndNoMore) {
  EXPECT_EQ(passed(5, 30, 60), 300);
  EXPECT_EQ(passed(1, 25, 60), 60);
  EXPECT_EQ(passed(3, 10, 60), 180);
}

TEST(Throttle, LetsEverythingThroughWhenTheCameraIsNoFaster) {
  EXPECT_EQ(passed(10, 10, 60, 0.002), 600);
  EXPECT_EQ(passed(30, 10, 60), 600);
}

TEST(Throttle, AGapIsNotMadeUpForByABurst) {
  Throttle throttle(1);
  EXPECT_TRUE(throttle.due(100));
  EXPECT_TRUE(throttle.due(160));  // The camera was away for a minute.
  EXPECT_FALSE(throttle.due(160.1));
  EXPECT_TRUE(throttle.due(161));
}

TEST(Throttle, AClockSetBackDoesNotSilenceTheCamera) {
  Throttle throttle(1);
  EXPECT_TRUE(throttle.due(1000));
  EXPECT_TRUE(throttle.due(10));
  EXPECT_FALSE(throttle.due(10.5));
  EXPECT_TRUE(throttle.due(11));
}

TEST(RateMeter, MeasuresAndFallsToZeroWhenTheCameraStandsStill) {
  RateMeter meter;
  Clock::Steady now{};
  for (int i = 0; i < 50; ++i) meter.tick(now += std::chrono::milliseconds(200));
  EXPECT_NEAR(meter.per_second(now), 5, 0.01);
  EXPECT_LT(meter.per_second(now + std::chrono::seconds(5)), 4);
  EXPECT_EQ(meter.per_second(now + std::chrono::minutes(1)), 0);
}

}  // namespace
}  // namespace kinesight::infer
