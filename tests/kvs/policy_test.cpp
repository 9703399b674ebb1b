// What the source makes of each of AWS's errors, and of its own pace.
#include <gmock/gmock.h>

#include "kvs/rig.h"

namespace kinesight::kvs_test {
namespace {

using testing::HasSubstr;
using video::kvs_hls::ConnectionState;

TEST(KvsSourcePolicy, AStreamThatIsNotThereIsForAPersonToMend) {
  Rig rig;
  rig.options.stream_name = "absent";
  rig.run_until(kStart + 61);
  ASSERT_FALSE(rig.errors.empty());
  EXPECT_EQ(rig.errors[0].kind, ErrorKind::not_found);
  EXPECT_THAT(rig.errors[0].message, HasSubstr("KVSConnectionError"));
  EXPECT_THAT(rig.errors[0].message, HasSubstr("absent"));
  EXPECT_EQ(rig.source->state(), ConnectionState::error);
  EXPECT_EQ(rig.metric(telemetry::kKvsConnectionState), 4);
  EXPECT_GE(rig.clock.wall_seconds(), kStart + 60 + 120) << "minutes between tries";
  EXPECT_EQ(rig.errors.size(), 1U);
}

TEST(KvsSourcePolicy, ACameraThatSendsNothingIsOffline) {
  Rig rig;
  rig.add_fault({.name = "offline", .begin = kStart - 1});
  rig.run_until(kStart + 61);
  ASSERT_FALSE(rig.errors.empty());
  EXPECT_EQ(rig.errors[0].kind, ErrorKind::unavailable);
  EXPECT_THAT(rig.errors[0].message, HasSubstr("ACTIVE"));
  EXPECT_EQ(rig.source->state(), ConnectionState::disconnected);
}

TEST(KvsSourcePolicy, ThrottlingIsTriedAgainInARoundAndThenWithBackoff) {
  Rig rig;
  rig.add_fault({.name = "throttled", .begin = kStart, .end = kStart + 100});
  rig.run_until(kStart + 140);
  EXPECT_EQ(rig.errors[0].kind, ErrorKind::throttled);
  EXPECT_EQ(rig.source->state(), ConnectionState::connected);
  EXPECT_FALSE(rig.seen.empty());
}

TEST(KvsSourcePolicy, AReaderThatFallsBehindSkipsToTheLiveEdgeAndSaysSo) {
  Rig rig;
  rig.options.max_behind_seconds = 6;
  rig.run_until(kStart + 90);
  rig.clock.advance_seconds(9);  // Somebody kept the reader busy: four or five fragments wait.
  rig.run_until(kStart + 150);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].reason, "skipped");
  EXPECT_GT(rig.telemetry.metrics.value(telemetry::kKvsFragments, {"camera", "skipped"}), 0);
}

TEST(KvsSourcePolicy, AReaderThatWasAwayLongIsTold) {
  Rig rig;
  rig.run_until(kStart + 90);
  rig.clock.advance_seconds(60);  // Longer than the playlist reaches back.
  rig.run_until(kStart + 200);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].reason, "skipped");
}

TEST(KvsSourcePolicy, ACameraWhoseClockIsOffIsWatchedAllTheSame) {
  Rig rig;
  rig.add_fault({.name = "clock_skew", .value = "-7200", .begin = kStart - 1});
  rig.run_until(kStart + 90);
  EXPECT_GT(rig.seen.size(), 200U);
  EXPECT_LT(rig.seen.back().capture_time, kStart - 7000);
  EXPECT_GT(rig.fault("clock_skew"), 0);
}

TEST(KvsSourcePolicy, AnEventCanSayWhereItsFootageIs) {
  Rig rig;
  video::kvs_hls::KvsHlsSource source(rig.options, rig.context, Rng(1));
  ASSERT_TRUE(source.open({}));
  const auto frame = source.read({});
  ASSERT_TRUE(frame && *frame);
  const auto kvs = source.provenance(**frame, {}).at("kvs");
  EXPECT_EQ(kvs.at("stream_name"), "camera");
  EXPECT_GT(kvs.at("fragment_number").get<std::string>().size(), 20U);
  EXPECT_NEAR(kvs.at("producer_time_ms").get<double>() / 1000, (*frame)->capture_time, 0.002);
  EXPECT_GT(kvs.at("server_time_ms").get<double>(), kvs.at("producer_time_ms").get<double>());
  EXPECT_EQ(kvs.at("offset_ms"), 0);
  const auto range = kvs.at("clip").at("ClipFragmentSelector").at("TimestampRange");
  const double lead = rig.options.footage_before_seconds + kvs.at("fragment_ms").get<double>() / 1000;
  EXPECT_GT(kvs.at("fragment_ms"), 0);
  EXPECT_NEAR(range.at("StartTimestamp").get<double>(), (*frame)->capture_time - lead, 0.003);
  EXPECT_NEAR(range.at("EndTimestamp").get<double>(),
              (*frame)->capture_time + rig.options.footage_after_seconds, 0.003);
}

}  // namespace
}  // namespace kinesight::kvs_test
