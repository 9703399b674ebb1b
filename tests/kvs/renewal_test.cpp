// Sessions that end while the reader is slow, busy or waits.
#include "kvs/altering.h"

namespace kinesight::kvs_test {
namespace {

TEST(KvsSourceRenewal, AReaderThatIsBehindLosesNothing) {
  Rig rig;
  rig.options.hls_session_seconds = 40;
  rig.options.refresh_margin_seconds = 5;
  rig.seconds_a_frame = 0.15;
  rig.run_until(kStart + 135);
  ASSERT_LT(rig.seen.back().capture_time, rig.clock.wall_seconds() - 20) << "it is behind";
  rig.seconds_a_frame = 0;
  rig.run_until(kStart + 200);
  rig.expect_exact();
  EXPECT_TRUE(rig.gaps.empty()) << rig.gaps.front().begin - kStart << " to " << rig.gaps.front().end - kStart;
  EXPECT_GE(rig.metric(telemetry::kKvsUrlRefreshes), 3);
}

TEST(KvsSourceRenewal, AConnectionMadeAnewReachesBackAsFarAsTheReaderMayBeBehind) {
  Rig rig;
  rig.options.max_consecutive_errors = 3;
  rig.run_until(kStart + 90);
  rig.add_fault({.name = "playlist_5xx", .begin = kStart + 90, .end = kStart + 106});
  rig.run_until(kStart + 200);
  rig.expect_exact();
  EXPECT_TRUE(rig.gaps.empty());
}

TEST(KvsSourceRenewal, AReaderThatWasAwayWhileItsSessionEndedIsToBlame) {
  Rig rig;
  rig.options.hls_session_seconds = 20;
  rig.options.refresh_margin_seconds = 5;
  rig.run_until(kStart + 90);
  rig.clock.advance_seconds(80);
  rig.run_until(kStart + 260);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].reason, "skipped") << "the camera was never offline";
}

TEST(KvsSourceRenewal, ComesBeforeTheNextLookWhenThatIsLater) {
  Rig rig({.frames = 1000, .keyframe_interval = 100, .fragment_seconds = 10});
  rig.options.hls_session_seconds = 20;
  rig.options.refresh_margin_seconds = 1;
  rig.run_until(kStart + 400);
  rig.expect_exact();
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), 0) << rig.telemetry.metrics.text();
}

TEST(KvsSourceRenewal, SessionsOfASecondAreRead) {
  Rig rig;
  rig.options.hls_session_seconds = 1;
  rig.options.refresh_margin_seconds = 0;
  rig.run_until(kStart + 180);
  rig.expect_exact();
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_TRUE(rig.errors.empty());
  EXPECT_LT(rig.transport->requests(), 120 * 8U) << "a handful a second";
}

TEST(KvsSourceRenewal, ThatFailsIsCounted) {
  Rig rig;
  rig.run_until(kStart + 90);
  rig.add_fault({.name = "playlist_403", .begin = kStart + 90, .end = kStart + 100});
  rig.add_fault({.name = "denied", .begin = kStart + 90, .end = kStart + 100});
  rig.run_until(kStart + 101);
  EXPECT_GE(rig.fault("denied"), 1);
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), rig.fault("denied") + rig.fault("playlist_403"));
}

TEST(KvsSourceRenewal, WhatIsSkippedIsCountedOnce) {
  Rig rig;
  rig.options.max_behind_seconds = 6;
  rig.run_until(kStart + 90);
  rig.clock.advance_seconds(9);
  rig.run_until(kStart + 150);
  rig.expect_exact();
  EXPECT_EQ(rig.telemetry.metrics.value(telemetry::kKvsFragments, {"camera", "skipped"}),
            static_cast<double>(rig.missing().size()) / rig.recording.keyframe_interval);
}

}  // namespace
}  // namespace kinesight::kvs_test
