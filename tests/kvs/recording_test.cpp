// Recordings: read in parts, over sessions that end or cannot be had.
#include "kvs/altering.h"

namespace kinesight::kvs_test {
namespace {

using video::kvs_hls::KvsHlsSource;
using video::kvs_hls::ReplayRange;

constexpr Recording kSmall{
    .frames = 600, .fps = 1, .keyframe_interval = 5, .fragment_seconds = 5, .width = 40, .height = 40};

TEST(KvsRecording, IsReadFromItsFirstToItsLastFrame) {
  Rig rig({}, 600);
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 101.05, kStart + 401.05});
  EXPECT_EQ(read_recording(rig, replay), 0);
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 3000U);
  EXPECT_NEAR(rig.seen.front().capture_time, kStart + 101.1, 0.01);
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_FALSE(replay.live());
}

TEST(KvsRecording, HasTheFrameThatItsRangeBeginsWithAsTheRecordOfTimesRoundsIt) {
  Rig rig({.frames = 900, .fps = 30, .keyframe_interval = 60}, 600);
  const auto ms = [](double seconds) { return std::llround(seconds * 1000); };
  for (const int index : {3000, 3001, 3002}) {  // Thirtieths of a second: up, down and exact.
    const double begin = static_cast<double>(ms(kStart + index / 30.0)) / 1000;
    const double end = static_cast<double>(ms(kStart + (index + 10) / 30.0)) / 1000;
    KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{begin, end});
    rig.seen.clear();
    EXPECT_EQ(read_recording(rig, replay), 0);
    ASSERT_EQ(rig.seen.size(), 10U) << index;
    EXPECT_EQ(ms(rig.seen.front().capture_time), ms(begin));
    EXPECT_LT(ms(rig.seen.back().capture_time), ms(end));
  }
}

TEST(KvsRecording, WithHolesSaysWhereTheyAre) {
  Rig rig({}, 600);
  rig.add_fault({.name = "offline", .begin = kStart + 200, .end = kStart + 230});
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 180, kStart + 260});
  EXPECT_EQ(read_recording(rig, replay), 0);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_NEAR(rig.gaps[0].begin, kStart + 200, 2.1);
  EXPECT_NEAR(rig.gaps[0].end, kStart + 230, 2.1);
}

TEST(KvsRecording, LongerThanASessionMayListIsReadInParts) {
  Rig rig(kSmall, 10'000);
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 100, kStart + 9100});
  EXPECT_EQ(read_recording(rig, replay), 0);
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 9000U);
  EXPECT_TRUE(rig.gaps.empty());
}

TEST(KvsRecording, ARenewalThatFailsCostsNothing) {
  Rig rig(kSmall, 7000);
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 100, kStart + 5500});
  bool disturbed = false;
  read_recording(rig, replay, [&](double time) {
    if (disturbed || time < kStart + 1800) return;
    disturbed = true;
    rig.clock.advance_seconds(272);  // The session's end is near, and no other is to be had.
    const double now = rig.clock.wall_seconds();
    rig.add_fault({.name = "throttled", .begin = now, .end = now + 20});
  });
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 5400U);
  EXPECT_TRUE(rig.gaps.empty()) << rig.gaps.front().begin - kStart << " to " << rig.gaps.front().end - kStart;
}

TEST(KvsRecording, OfManyShortFragmentsIsReadWhole) {
  Rig rig(
      {.frames = 600, .fps = 5, .keyframe_interval = 2, .fragment_seconds = 0.4, .width = 40, .height = 40},
      3000);
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 100, kStart + 2300});
  EXPECT_EQ(read_recording(rig, replay), 0);
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 11'000U);
  EXPECT_TRUE(rig.gaps.empty()) << rig.gaps.front().begin - kStart << " to " << rig.gaps.front().end - kStart;
}

TEST(KvsRecording, OpenedAgainAfterAnErrorGoesOnWhereItWas) {
  Rig rig(kSmall, 3000);
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 102, kStart + 1502});
  int disturbed = 0;
  EXPECT_GT(read_recording(rig, replay,
                           [&](double time) {
                             if (time < kStart + 300 * (disturbed + 1)) return;
                             ++disturbed;
                             const double now = rig.clock.wall_seconds();
                             rig.add_fault({.name = "playlist_5xx", .begin = now, .end = now + 90});
                           }),
            2);
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 1400U);
  EXPECT_TRUE(rig.gaps.empty());
}

TEST(KvsRecording, WithNothingInItIsOneGap) {
  AlteredRig rig(kSmall, 3000);
  rig.add_fault({.name = "offline", .begin = kStart + 1000, .end = kStart + 2000});
  int calls = 0;
  rig.altering->before = [&](const net::Request& request) { calls += is_session_call(request); };
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 1200, kStart + 1800});
  EXPECT_EQ(read_recording(rig, replay), 0);
  EXPECT_TRUE(rig.seen.empty());
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].begin, kStart + 1200);
  EXPECT_EQ(rig.gaps[0].end, kStart + 1800);
  EXPECT_EQ(calls, 1) << "asked once";
  EXPECT_EQ(replay.metrics().read_errors, 0U) << "a recording with nothing in it is no error";
}

TEST(KvsRecording, ThatIsNotOverYetIsReadToItsEnd) {
  Rig rig(kSmall, 600);
  rig.options.hls_session_seconds = 20;
  rig.options.refresh_margin_seconds = 5;
  KvsHlsSource replay(rig.options, rig.context, Rng(1), ReplayRange{kStart + 500, kStart + 650});
  EXPECT_EQ(read_recording(rig, replay), 0);
  rig.expect_exact();
  EXPECT_EQ(rig.seen.size(), 150U);
  EXPECT_TRUE(rig.gaps.empty());
}

}  // namespace
}  // namespace kinesight::kvs_test
