// A day of a camera, with faults at random: it always comes back, never grows, never blocks longer than its
// time-outs.
#include <malloc.h>

#include "kvs/rig.h"
#include "support/replay.h"

namespace kinesight::kvs_test {
namespace {

constexpr double kDay = 24 * 3600;

/// Small and rare pictures, so that a day is decoded in seconds.
constexpr Recording kSmall{
    .frames = 600, .fps = 1, .keyframe_interval = 5, .fragment_seconds = 5, .width = 40, .height = 40};

TEST(KvsSourceForADay, ComesBackFromWhateverHappens) {
  Rng rng(support::replay_seed());
  Rig rig(kSmall);
  std::size_t after_an_hour = 0;
  int faults = 0;
  for (double now = kStart + 60; now < kStart + kDay;) {
    now += rng.uniform(30, 900);
    rig.run_until(now);
    if (testing::Test::HasFatalFailure()) return;
    if (now > kStart + 3600 && after_an_hour == 0) after_an_hour = mallinfo2().uordblks;
    rig.add_fault(random_fault(rng, rig.clock.wall_seconds()));
    ++faults;
  }
  const double quiet = rig.clock.wall_seconds() + 240;
  rig.run_until(quiet + 900);
  rig.expect_exact();
  EXPECT_GT(rig.seen.back().capture_time, quiet + 880) << "it came back after the last fault";
  EXPECT_LE(rig.longest_call_seconds, 90);  // Thirty to give up, and a request or two of thirty.
  const auto kept = rig.seen.capacity() * sizeof(Seen) + rig.gaps.capacity() * sizeof(video::Gap);
  EXPECT_LT(mallinfo2().uordblks, after_an_hour + kept + 16 * 1024 * 1024) << "it grew";
  std::cout << faults << " faults, " << rig.seen.size() << " frames, " << rig.missing().size()
            << " missing in " << rig.gaps.size() << " gaps, " << rig.errors.size()
            << " rounds failed, longest call " << rig.longest_call_seconds << " s\n";
}

TEST(KvsSourceForADay, GoesOnTryingACameraThatIsNeverThere) {
  Rig rig(kSmall);
  rig.add_fault({.name = "offline", .begin = kStart - 1});
  rig.run_until(kStart + kDay);
  EXPECT_TRUE(rig.seen.empty());
  // Backoff up to 60 s, jitter 80 to 120 %: between 1,200 and 1,800 rounds a day, a few more while it grows.
  EXPECT_GT(rig.errors.size(), 1100U);
  EXPECT_LT(rig.errors.size(), 1900U);
  EXPECT_EQ(rig.source->state(), video::kvs_hls::ConnectionState::disconnected);
  EXPECT_LE(rig.longest_call_seconds, 60);
}

TEST(KvsSourceForADay, GoesOnTryingAServiceThatIsNeverReachable) {
  Rig rig(kSmall);
  rig.add_fault({.name = "api_5xx", .begin = kStart - 1});
  rig.run_until(kStart + kDay);
  EXPECT_TRUE(rig.seen.empty());
  EXPECT_GT(rig.errors.size(), 700U);
  EXPECT_LT(rig.errors.size(), 1900U);
  EXPECT_EQ(rig.source->state(), video::kvs_hls::ConnectionState::error);
  EXPECT_LE(rig.longest_call_seconds, 90);
}

}  // namespace
}  // namespace kinesight::kvs_test
