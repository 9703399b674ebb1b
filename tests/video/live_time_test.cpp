// Capture times of live streams.
#include <gtest/gtest.h>

#include "base/rng.h"
#include "video/arrival_clock.h"
#include "video/monotonic.h"

namespace kinesight::video {
namespace {

constexpr double kWall = 1'700'000'000.0;

TEST(ArrivalClock, GoesByThePacketThatWasLeastLate) {
  ArrivalClock clock;
  Rng rng(20240611);
  for (int i = 0; i < 100; ++i)
    clock.observe(i * 0.1, kWall + i * 0.1 + (i == 3 ? 0.02 : rng.uniform(0.03, 0.4)));
  EXPECT_NEAR(clock.wall_of(9.9), kWall + 9.92, 0.011);
}

TEST(ArrivalClock, AReaderThatIsLateForAMomentDoesNotMoveCaptureTimes) {
  ArrivalClock clock;
  for (int i = 0; i < 40; ++i) clock.observe(i * 0.1, kWall + i * 0.1);
  for (int i = 40; i < 60; ++i) clock.observe(i * 0.1, kWall + 3 + i * 0.1);  // Three seconds late.
  EXPECT_NEAR(clock.wall_of(5.9), kWall + 5.9, 1e-6);
}

TEST(ArrivalClock, ACameraThatStopsForAWhileIsFollowedWithinTenSeconds) {
  ArrivalClock clock;
  for (int i = 0; i < 100; ++i) clock.observe(i * 0.1, kWall + i * 0.1);
  for (int i = 100; i < 220; ++i) clock.observe(i * 0.1, kWall + 60 + i * 0.1);
  EXPECT_NEAR(clock.wall_of(21.9), kWall + 60 + 21.9, 1e-6);
}

TEST(ArrivalClock, AResetForgets) {
  ArrivalClock clock;
  clock.observe(0, kWall);
  clock.reset();
  clock.observe(0.1, kWall + 9);
  EXPECT_DOUBLE_EQ(clock.wall_of(0.1), kWall + 9);
}

/// A camera at 10 fps, whose packets are waited for as long as a reader that keeps pace does.
ArrivalClock kept_pace_for_ten_seconds() {
  ArrivalClock clock;
  for (int i = 0; i < 100; ++i) clock.observe(i * 0.1, kWall + i * 0.1, 0.09);
  return clock;
}

TEST(ArrivalClock, WhatComesInABurstAfterAStandstillIsNotLateByItsReader) {
  auto clock = kept_pace_for_ten_seconds();
  for (int i = 100; i < 140; ++i) {
    clock.observe(i * 0.1, kWall + 14, i == 100 ? 4 : 0);
    EXPECT_NEAR(clock.wall_of(i * 0.1), kWall + i * 0.1, 1e-6) << "it was captured in time";
    EXPECT_DOUBLE_EQ(clock.had_at(clock.wall_of(i * 0.1)), kWall + 14);
  }
}

TEST(ArrivalClock, WhatASlowNetworkBringsIsNotLateByItsReader) {
  auto clock = kept_pace_for_ten_seconds();
  for (int i = 0; i < 60; ++i) {
    const double wall = kWall + 10 + i * 0.2;  // Half as fast as the camera.
    clock.observe(10 + i * 0.1, wall, 0.19);
    EXPECT_GE(clock.had_at(clock.wall_of(10 + i * 0.1)), wall - 0.6);
  }
}

TEST(ArrivalClock, WhatABusyReaderFetchesLateIsLate) {
  auto clock = kept_pace_for_ten_seconds();
  for (int i = 0; i < 60; ++i) {
    clock.observe(10 + i * 0.1, kWall + 10 + i * 0.15, 0.01);  // 0.14 s with each frame.
    EXPECT_NEAR(clock.had_at(clock.wall_of(10 + i * 0.1)), kWall + 10 + i * 0.1, 0.11);
  }
}

TEST(Monotonic, TimesThatStandOrGoBackBecomeAMillisecondLater) {
  Monotonic times;
  EXPECT_DOUBLE_EQ(times.next(10), 10);
  EXPECT_DOUBLE_EQ(times.next(10.5), 10.5);
  EXPECT_DOUBLE_EQ(times.next(10.5), 10.501);
  EXPECT_DOUBLE_EQ(times.next(3), 10.502);
  EXPECT_DOUBLE_EQ(times.next(11), 11);
}

TEST(Monotonic, AClockThatWasSetBackIsFollowed) {
  Monotonic times(30);
  EXPECT_DOUBLE_EQ(times.next(3600), 3600);
  EXPECT_DOUBLE_EQ(times.next(3575), 3600.001) << "that may be jitter";
  EXPECT_DOUBLE_EQ(times.next(10), 10);
  EXPECT_DOUBLE_EQ(times.next(10.1), 10.1);
}

}  // namespace
}  // namespace kinesight::video
