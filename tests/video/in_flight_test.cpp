#include "video/libav/in_flight.h"

#include <gtest/gtest.h>

namespace kinesight::video::libav {
namespace {

TEST(InFlight, FramesThatComeOutInOrderSwallowNothing) {
  InFlight in_flight;
  for (const int pts : {0, 3, 1, 2}) in_flight.sent(pts);
  for (const int pts : {0, 1, 2, 3}) EXPECT_EQ(in_flight.came_out(pts), 0);
  EXPECT_TRUE(in_flight.empty());
}

TEST(InFlight, WhatIsEarlierThanTheLastOneOutIsSwallowed) {
  InFlight in_flight;
  for (const int pts : {0, 3, 1, 2, 5, 4}) in_flight.sent(pts);
  EXPECT_EQ(in_flight.came_out(0), 0);
  EXPECT_EQ(in_flight.came_out(3), 2);
  EXPECT_EQ(in_flight.came_out(3), 0);  // A second picture of one packet.
  EXPECT_EQ(in_flight.drained(), 2);
  EXPECT_TRUE(in_flight.empty());
}

TEST(InFlight, StaysBounded) {
  InFlight in_flight;
  for (int pts = 0; pts < 1000; ++pts) in_flight.sent(pts);
  EXPECT_LE(in_flight.drained(), 64);
}

}  // namespace
}  // namespace kinesight::video::libav
