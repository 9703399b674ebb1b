#include "clips/processor.h"

#include <gmock/gmock.h>

#include <thread>

#include "clips/support/clip_rig.h"

namespace kinesight::clips {
namespace {

using Json = nlohmann::json;
using Kind = Outcome::Kind;
using testing::HasSubstr;

const Error kAway{ErrorKind::unavailable, "away"};

struct ProcessorTest : testing::Test, ClipRig {};

TEST_F(ProcessorTest, MakesExactlyTheAskedClipAndTellsTheNextStage) {
  const auto asked = task(5.5, 12.3);
  const auto outcome = process(asked);
  ASSERT_EQ(outcome.kind, Kind::done) << outcome.step << ": " << outcome.error.message;
  EXPECT_EQ(shown(asked), expected(5.5, 12.3));
  const auto message = sent();
  EXPECT_EQ(message["process_id"], 7);
  EXPECT_EQ(message["cloud_stream_path"], "file://" + object(asked).string());
  const auto& clip = message["clip"];
  EXPECT_EQ(clip["frames"], shown(asked).size());
  EXPECT_EQ(clip["fragments"], 5);
  EXPECT_EQ(clip["truncated"], false);
  EXPECT_EQ(clip["gaps"], Json::array());
  EXPECT_EQ(clip["first_frame_time"], "2026-02-26T14:30:05.500Z");
  EXPECT_EQ(clip["bytes"], std::filesystem::file_size(object(asked)));
  EXPECT_EQ(clip["thumbnail_key"], thumbnail_key(asked));
  EXPECT_TRUE(read_file(folder.path() / "bucket" / thumbnail_key(asked)).starts_with("\xff\xd8"));
  EXPECT_EQ(left_behind(), 0U);
}

TEST_F(ProcessorTest, ATaskThatComesTwiceIsOneObjectAndOneMessage) {
  const auto asked = task(4, 10);
  ASSERT_EQ(process(asked).kind, Kind::done);
  const auto bytes = read_file(object(asked));
  stream.fail_next("clip", kAway, 100);  // It is not asked for again.
  const auto again = process(asked);
  EXPECT_EQ(again.kind, Kind::done);
  EXPECT_TRUE(again.stored_before && again.sent_before);
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_EQ(read_file(object(asked)), bytes);
}

TEST_F(ProcessorTest, TheSameTaskTwiceAtOnceIsOneObjectAndOneMessage) {
  FakeCache shared{Clock::system()};  // Who waits for the other really waits.
  const Processor processor(
      {stream, maker, tools, *files, *store, broker, &shared, Clock::system(), telemetry}, options);
  for (int round = 1; round <= 5; ++round) {
    const auto asked = task(4, 4 + round, round);
    Outcome one, other;
    {
      std::jthread first([&] { one = processor.process(asked, {}); });
      std::jthread second([&] { other = processor.process(asked, {}); });
    }
    ASSERT_EQ(one.kind, Kind::done) << one.step << one.error.message;
    ASSERT_EQ(other.kind, Kind::done) << other.step << other.error.message;
    EXPECT_NE(one.sent_before, other.sent_before);
    EXPECT_EQ(broker.messages(kNext).size(), static_cast<std::size_t>(round));
  }
}

TEST_F(ProcessorTest, WhoDiedWhileItSentIsNotWaitedForForEver) {
  const auto asked = task(4, 10);
  const std::string sending = "s2:clips:sent:7:" + clip_key(asked);
  ASSERT_TRUE(cache.set(sending, "sending-somebody", std::chrono::hours(1)));
  const auto begun = clock.steady();
  ASSERT_EQ(process(asked).kind, Kind::done);
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_NEAR(to_seconds(clock.steady() - begun), 5, 1);
  EXPECT_EQ(cache.get(sending).value(), "1");
}

TEST_F(ProcessorTest, AClipThatWasDeletedIsMadeAndToldAnew) {
  const auto asked = task(4, 10);
  ASSERT_EQ(process(asked).kind, Kind::done);
  std::filesystem::remove(object(asked));
  ASSERT_EQ(process(asked).kind, Kind::done);
  EXPECT_EQ(broker.messages(kNext).size(), 2U);
}

TEST_F(ProcessorTest, WithoutTheCacheTheSameMessageIsSentAgain) {
  const auto asked = task(4, 10);
  for (int i = 0; i < 2; ++i) {
    with_cache = i == 0 ? nullptr : &cache;
    cache.fail_with(kAway);
    ASSERT_EQ(process(asked).kind, Kind::done);
  }
  ASSERT_EQ(broker.messages(kNext).size(), 2U);
  EXPECT_EQ(sent(0), sent(1));
  EXPECT_EQ(broker.messages(kNext)[0].message_id, broker.messages(kNext)[1].message_id);
}

TEST_F(ProcessorTest, AfterALostConfirmTheMessageIsSentAgainAndTheClipKept) {
  const auto asked = task(4, 10);
  broker.next_fates({support::FakeBroker::Fate::taken_then_lost});
  ASSERT_EQ(process(asked).kind, Kind::done);
  ASSERT_EQ(broker.messages(kNext).size(), 2U);
  EXPECT_EQ(sent(0), sent(1));
}

TEST_F(ProcessorTest, TwoTasksThatBeginAtOnceDoNotOverwriteEachOther) {
  const auto one = task(4, 10, 1), other = task(4, 16, 2), third = task(4, 10, 3);
  for (const auto& each : {one, other, third}) ASSERT_EQ(process(each).kind, Kind::done);
  EXPECT_EQ(shown(one), expected(4, 10));
  EXPECT_EQ(sent(1)["cloud_stream_path"],
            "file://" + (folder.path() / "bucket/live/front/2026-02-26T14-30-04Z_2.mp4").string());
  EXPECT_EQ(sent(1)["clip"]["frames"], 120);
  EXPECT_EQ(sent(2)["cloud_stream_path"], sent(0)["cloud_stream_path"]);  // It is the same clip.
  EXPECT_EQ(sent(2)["process_id"], 3);
}

TEST_F(ProcessorTest, WhatMayPassIsTriedAgain) {
  for (const std::string call : {"status", "fragments", "clip"}) {
    stream.fail_next(call, {ErrorKind::throttled, "ClientLimitExceededException"}, 2);
  }
  broker.next_fates({support::FakeBroker::Fate::unavailable});
  const auto outcome = process(task(4, 10));
  EXPECT_EQ(outcome.kind, Kind::done) << outcome.step << ": " << outcome.error.message;
  EXPECT_EQ(broker.messages(kNext).size(), 1U);
  EXPECT_EQ(telemetry.metrics.value(telemetry::kClipRetries, {"clip"}), 2);
}

TEST_F(ProcessorTest, ATryHasItsEnd) {
  stream.fail_next("clip", kAway, 1000);
  const auto begin = clock.steady();
  const auto outcome = process(task(4, 10));
  EXPECT_EQ(outcome.kind, Kind::failed);
  EXPECT_EQ(outcome.step, "clip");
  EXPECT_LE(to_seconds(clock.steady() - begin), options.retry.budget_seconds);
  EXPECT_TRUE(broker.messages(kNext).empty());
  EXPECT_EQ(left_behind(), 0U);
}

TEST_F(ProcessorTest, AStreamThatIsNotActiveIsNoFault) {
  stream.status = "DELETING";
  const auto outcome = process(task(4, 10));
  EXPECT_EQ(outcome.kind, Kind::dropped);
  EXPECT_THAT(outcome.error.message, HasSubstr("DELETING"));
  EXPECT_TRUE(broker.messages(kNext).empty());
}

TEST_F(ProcessorTest, TimesThatNoClipCanHaveFail) {
  for (const auto& [asked, step] : {std::pair(task(4, 4), "range"),
                                    {task(10, 4), "range"},
                                    {task(2000, 2010), "range"},
                                    {task(0, 20000), "range"},
                                    {task(100, 110), "clip"}}) {
    const auto outcome = process(asked);
    EXPECT_EQ(outcome.kind, Kind::failed);
    EXPECT_EQ(outcome.step, step) << outcome.error.message;
  }
}

TEST_F(ProcessorTest, AClipThatHasNotEndedYetIsWaitedFor) {
  clock.advance_seconds(-(1000 - 8));  // It is second 8 of the recording.
  const auto outcome = process(task(4, 10));
  EXPECT_EQ(outcome.kind, Kind::done) << outcome.error.message;
  EXPECT_EQ(shown(task(4, 10)), expected(4, 10));
}

TEST_F(ProcessorTest, FragmentsThatAreNotListedYetAreWaitedFor) {
  clock.advance_seconds(-(1000 - 10.5));
  stream.late_listings = 2;
  const auto asked = task(4, 10);
  const auto outcome = process(asked);
  ASSERT_EQ(outcome.kind, Kind::done) << outcome.error.message;
  EXPECT_EQ(shown(asked), expected(4, 10));
  EXPECT_EQ(telemetry.metrics.value(telemetry::kClipRetries, {"fragments"}), 2);
}

TEST_F(ProcessorTest, FragmentsAreWaitedForUntilTheRangeHasSettledHoweverFewTheTries) {
  clock.advance_seconds(-(1000 - 10.5));
  stream.late_listings = 9;  // Eighteen of twenty seconds.
  options.retry.attempts = 1;
  const auto asked = task(4, 10);
  ASSERT_EQ(process(asked).kind, Kind::done);
  EXPECT_EQ(shown(asked), expected(4, 10));
}

TEST_F(ProcessorTest, FragmentsThatNeverComeAreAGap) {
  stream.late_listings = 1000;
  ASSERT_EQ(process(task(4, 10)).kind, Kind::done);
  EXPECT_EQ(sent()["clip"]["gaps"],
            Json::parse(R"([{"start": "2026-02-26T14:30:08Z", "end": "2026-02-26T14:30:10Z"}])"));
}

TEST_F(ProcessorTest, AClipThatIsCutSilentlyIsAskedForInSmallerParts) {
  stream.most_a_clip = 3;
  const auto asked = task(1, 39);
  const auto outcome = process(asked);
  ASSERT_EQ(outcome.kind, Kind::done) << outcome.error.message;
  EXPECT_EQ(sent()["clip"]["truncated"], shown(asked) != expected(1, 39));
}

TEST_F(ProcessorTest, TimeWithoutMediaIsNamedAndStaysAPause) {
  stream.missing = {4, 5};  // Seconds 8 to 12.
  const auto asked = task(5, 15);
  ASSERT_EQ(process(asked).kind, Kind::done);
  EXPECT_EQ(sent()["clip"]["gaps"],
            Json::parse(R"([{"start": "2026-02-26T14:30:08Z", "end": "2026-02-26T14:30:12Z"}])"));
  const auto played = video::test::play(read_file(object(asked)));
  EXPECT_EQ(played.frames.size(), 60U);
  EXPECT_NEAR(played.frames[30].seconds - played.frames[29].seconds, 4.1, 0.02);
}

TEST_F(ProcessorTest, WhoIsAskedToStopLeavesTheTaskToOthers) {
  std::stop_source stop;
  stop.request_stop();
  stream.fail_next("status", kAway);
  const auto outcome = process(task(4, 10), stop.get_token());
  EXPECT_EQ(outcome.kind, Kind::cancelled);
  EXPECT_TRUE(broker.messages(kNext).empty());
}

TEST_F(ProcessorTest, AQueueThatIsNotThereIsAFault) {
  options.next_queue = "NO_SUCH_QUEUE";
  const auto outcome = process(task(4, 10));
  EXPECT_EQ(outcome.kind, Kind::failed);
  EXPECT_EQ(outcome.step, "publish");
  EXPECT_THAT(outcome.error.message, HasSubstr("NO_SUCH_QUEUE"));
}

}  // namespace
}  // namespace kinesight::clips
