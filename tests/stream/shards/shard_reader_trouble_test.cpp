// What goes wrong with a shard costs time, and no record.
#include <set>
#include <thread>

#include "stream/shards/scripted_shard.h"
#include "stream/shards/shard_reader.h"

namespace kinesight::stream {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::Pair;
using testing::SizeIs;

constexpr auto kExpired = "ExpiredIteratorException";
constexpr auto kThrottled = "ProvisionedThroughputExceededException";

TEST_F(ShardReaderTest, AnExpiredIteratorIsRenewedFromTheLastRecord) {
  shard_.answer(shard_.page({"a", "b"}));
  shard_.fail(kExpired, ErrorKind::invalid);
  auto again = shard_.page({"b", "c"});
  again.records[0].sequence_number = "2";  // The last one comes once more.
  shard_.answer(again);
  ASSERT_TRUE(run());
  EXPECT_THAT(shard_.calls(), ElementsAre("iterator trim_horizon", "records fresh-1", "records next",
                                          "iterator at 2", "records fresh-2"));
  EXPECT_THAT(sink_.data, ElementsAre("a", "b", "c"));
  EXPECT_THAT(sink_.troubles, IsEmpty()) << "it is no trouble";
  EXPECT_THAT(reader_.counts().errors, ElementsAre(Pair("GetRecords ExpiredIteratorException", 1)));
}

TEST_F(ShardReaderTest, AnIteratorThatExpiresBeforeTheFirstRecordIsRenewedWhereItBegan) {
  shard_.fail(kExpired, ErrorKind::invalid);
  shard_.answer(shard_.page({"a"}));
  ASSERT_TRUE(run(Position::latest()));
  EXPECT_THAT(shard_.calls(), ElementsAre("iterator latest", "records fresh-1",
                                          "iterator at time 1699999990000", "records fresh-2"));
}

TEST_F(ShardReaderTest, IteratorsThatExpireAtOnceAreTrouble) {
  for (int i = 0; i < 3; ++i) shard_.fail(kExpired, ErrorKind::invalid);
  shard_.answer(shard_.page({"a"}));
  ASSERT_TRUE(run());
  EXPECT_THAT(sink_.data, ElementsAre("a"));
  EXPECT_THAT(sink_.troubles,
              ElementsAre("GetRecords ExpiredIteratorException 2", "GetRecords ExpiredIteratorException 3"));
  EXPECT_THAT(sink_.delays, Each(Ge(0.5)));
}

TEST_F(ShardReaderTest, ThrottlingIsWaitedOutLongerAndLongerWithTheSameIterator) {
  for (int i = 0; i < 6; ++i) shard_.fail(kThrottled, ErrorKind::throttled);
  shard_.answer(shard_.page({"a"}));
  ASSERT_TRUE(run());
  EXPECT_THAT(sink_.data, ElementsAre("a"));
  EXPECT_THAT(shard_.calls(), SizeIs(8)) << "one iterator";
  ASSERT_THAT(sink_.delays, SizeIs(6));
  double plain = 0.4;
  for (const double delay : sink_.delays) {
    EXPECT_THAT(delay, AllOf(Ge(plain * 0.5), Le(plain * 1.5)));
    plain = std::min(plain * 2, 5.0);
  }
  const std::set<double> different(sink_.delays.begin(), sink_.delays.end());
  EXPECT_THAT(different, SizeIs(6)) << "many readers are not to come back at once";
  EXPECT_THAT(reader_.counts().errors,
              ElementsAre(Pair("GetRecords ProvisionedThroughputExceededException", 6)));
}

TEST_F(ShardReaderTest, AfterASuccessTheNextTroubleIsWaitedOutFromTheStart) {
  for (int i = 0; i < 4; ++i) shard_.fail(kThrottled, ErrorKind::throttled);
  shard_.answer(shard_.page({"a"}, 1000));
  shard_.fail(kThrottled, ErrorKind::throttled);
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.troubles.back(), "GetRecords ProvisionedThroughputExceededException 1");
  EXPECT_LE(sink_.delays.back(), 0.6);
}

TEST_F(ShardReaderTest, AnOutageIsWaitedOut) {
  shard_.fail_iterator("", ErrorKind::unavailable);
  shard_.fail("InternalFailure", ErrorKind::unavailable);
  shard_.fail("AccessDeniedException", ErrorKind::denied);
  shard_.fail("", ErrorKind::corrupt);
  shard_.answer(shard_.page({"a"}));
  ASSERT_TRUE(run());
  EXPECT_THAT(sink_.data, ElementsAre("a"));
  EXPECT_THAT(sink_.troubles, ElementsAre("GetShardIterator  1", "GetRecords InternalFailure 2",
                                          "GetRecords AccessDeniedException 3", "GetRecords  4"));
  EXPECT_THAT(reader_.counts().errors,
              ElementsAre(Pair("GetRecords AccessDeniedException", 1), Pair("GetRecords InternalFailure", 1),
                          Pair("GetRecords corrupt", 1), Pair("GetShardIterator unavailable", 1)));
}

TEST_F(ShardReaderTest, AnAnswerThatDoesNotArriveInTimeIsAskedForInSmallerParts) {
  shard_.fail("", ErrorKind::unavailable, /*timed_out=*/true);
  shard_.fail("", ErrorKind::unavailable, /*timed_out=*/true);
  shard_.answer(shard_.page({"a"}, 1000));
  shard_.answer(shard_.page({"a"}, 1000));
  ASSERT_TRUE(run());
  std::vector<int> limits;
  for (const auto& call : shard_.asked) {
    if (call.what.starts_with("records")) limits.push_back(call.limit);
  }
  EXPECT_THAT(limits, ElementsAre(10'000, 5'000, 2'500, 5'000, 10'000));
}

TEST_F(ShardReaderTest, TheSinkDecidesWhenItIsEnough) {
  sink_.patience = 3;
  for (int i = 0; i < 5; ++i) shard_.fail("AccessDeniedException", ErrorKind::denied);
  const auto ended = run();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::denied);
  EXPECT_THAT(ended.error().message, HasSubstr("shard shard-7"));
  EXPECT_THAT(sink_.troubles, SizeIs(3));
}

TEST_F(ShardReaderTest, AShardThatIsGoneIsAnError) {
  shard_.answer(shard_.page({"a"}));
  shard_.fail("ResourceNotFoundException", ErrorKind::not_found);
  const auto ended = run();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::not_found);
  EXPECT_THAT(sink_.data, ElementsAre("a"));
  EXPECT_THAT(sink_.troubles, ElementsAre("GetRecords ResourceNotFoundException 1"));
}

TEST_F(ShardReaderTest, APositionThatIsRefusedIsAnError) {
  shard_.fail_iterator("InvalidArgumentException", ErrorKind::invalid);
  const auto ended = run(Position::after("5", 0));
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::invalid);
}

TEST_F(ShardReaderTest, AnIteratorThatTheServiceDoesNotKnowIsRenewedOnce) {
  shard_.answer(shard_.page({"a"}));
  shard_.fail("InvalidArgumentException", ErrorKind::invalid);  // The service has been started anew, say.
  shard_.answer(shard_.page({"b"}));
  shard_.fail("InvalidArgumentException", ErrorKind::invalid);
  shard_.fail("InvalidArgumentException", ErrorKind::invalid);
  const auto ended = run();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::invalid);
  EXPECT_THAT(sink_.data, ElementsAre("a", "b"));
}

TEST_F(ShardReaderTest, AStopEndsAnyWait) {
  support::FakeClock clock(1'700'000'000.0, support::FakeClock::Waiting::blocks);
  std::stop_source stop;
  ScriptedShard shard(clock, stop);
  shard.fail(kThrottled, ErrorKind::throttled);
  ShardReader reader(shard, clock, sink_, Rng(7));
  std::jthread stopper([&] {
    clock.await_waiters();
    stop.request_stop();
  });
  const auto ended = reader.run("shard-7", Position::trim_horizon(), stop.get_token());
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, ShardEnd::stopped);
}

}  // namespace
}  // namespace kinesight::stream
