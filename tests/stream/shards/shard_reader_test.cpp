// A shard is read from a position to its end, no more often than it may be asked.
#include "stream/shards/shard_reader.h"

#include "publish/kds/aggregation.h"
#include "stream/shards/scripted_shard.h"

namespace kinesight::stream {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

auto seconds(double length) { return DoubleNear(length, 1e-6); }

TEST_F(ShardReaderTest, ReadsToTheEndOfAClosedShard) {
  auto last = shard_.page({"c"}, 0, /*ends=*/true);
  auto first = shard_.page({"a", "b"}, 500);
  last.children = {{"shard-8", {"shard-7"}}, {"shard-9", {"shard-7"}}};
  shard_.answer(first);
  shard_.answer(last);
  const auto ended = run();
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(*ended, ShardEnd::closed);
  EXPECT_THAT(shard_.calls(), ElementsAre("iterator trim_horizon", "records fresh-1", "records next"));
  EXPECT_THAT(sink_.data, ElementsAre("a", "b", "c"));
  ASSERT_THAT(sink_.batches, SizeIs(2));
  EXPECT_EQ(sink_.batches[0].shard, "shard-7");
  EXPECT_EQ(sink_.batches[0].millis_behind, 500);
  EXPECT_FALSE(sink_.batches[0].closed);
  EXPECT_EQ(sink_.batches[0].resume, Position::after(first.records[1].sequence_number, 0));
  EXPECT_TRUE(sink_.batches[1].closed);
  EXPECT_EQ(sink_.batches[1].resume, Position::ended());
  EXPECT_THAT(sink_.batches[1].children, SizeIs(2));
}

TEST_F(ShardReaderTest, RecordsOutliveThePageAndTheReader) {
  shard_.answer(shard_.page({std::string(100, 'x')}, 0, /*ends=*/true));
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.batches.at(0).records.at(0).data, std::string(100, 'x'));
}

TEST_F(ShardReaderTest, ABacklogIsReadAsFastAsAShardMayBeAsked) {
  for (int i = 0; i < 4; ++i) shard_.answer(shard_.page({"a"}, 5000));
  ASSERT_TRUE(run());
  EXPECT_THAT(shard_.pauses(), ElementsAre(seconds(0.2), seconds(0.2), seconds(0.2), seconds(0.2)));
  EXPECT_EQ(shard_.asked.at(1).at, Clock::Steady()) << "the first call need not wait";
  EXPECT_EQ(shard_.asked.at(1).limit, 10'000);
}

TEST_F(ShardReaderTest, TheTimeThatACallTookIsPartOfThePause) {
  shard_.on_records = [&] { clock_.advance_seconds(0.15); };
  sink_.on_take = [&] { clock_.advance_seconds(0.15); };
  for (int i = 0; i < 2; ++i) shard_.answer(shard_.page({"a"}, 5000));
  ASSERT_TRUE(run());
  // 0.15 s for the call and 0.15 s for the sink: longer than the pause already.
  ASSERT_THAT(shard_.pauses(), SizeIs(2));
  EXPECT_THAT(shard_.pauses()[0], seconds(0.3));
}

TEST_F(ShardReaderTest, AnIdleShardIsAskedLessAndLessOften) {
  for (int i = 0; i < 4; ++i) shard_.answer(shard_.page({}));
  shard_.answer(shard_.page({"a"}));
  shard_.answer(shard_.page({}));
  ASSERT_TRUE(run());
  EXPECT_THAT(shard_.pauses(),
              ElementsAre(seconds(0.4), seconds(0.8), seconds(1), seconds(1), seconds(0.2), seconds(0.4)));
  EXPECT_THAT(sink_.batches, SizeIs(6)) << "empty ones too: they tell that there is nothing";
}

TEST_F(ShardReaderTest, EmptyAnswersBeforeTheTipAreNoReasonToWait) {
  for (int i = 0; i < 3; ++i) shard_.answer(shard_.page({}, 60'000));
  ASSERT_TRUE(run());
  EXPECT_THAT(shard_.pauses(), ElementsAre(seconds(0.2), seconds(0.2), seconds(0.2)));
}

TEST_F(ShardReaderTest, GoesOnInTheMiddleOfAnAggregatedRecord) {
  const auto packed = publish::aggregate("k", std::vector<std::string_view>{"a", "b", "c"}).value();
  const auto page = shard_.page({packed, "d"});
  const std::string sequence(page.records[0].sequence_number);
  shard_.answer(page);
  ASSERT_TRUE(run(Position::after(sequence, 0)));
  EXPECT_EQ(shard_.calls().at(0), "iterator at " + sequence);
  EXPECT_THAT(sink_.data, ElementsAre("b", "c", "d"));
  const auto counts = reader_.counts();
  EXPECT_EQ(counts.records, 3U);
  EXPECT_EQ(counts.bytes, 3U);
  EXPECT_EQ(counts.skipped, 1U);
  EXPECT_EQ(counts.aggregated, 1U);
}

TEST_F(ShardReaderTest, ABatchEndsInTheMiddleOfNoRecord) {
  const auto packed = publish::aggregate("k", std::vector<std::string_view>{"a", "b"}).value();
  const auto page = shard_.page({packed});
  shard_.answer(page);
  ASSERT_TRUE(run());
  EXPECT_EQ(sink_.batches.at(0).resume, Position::after(page.records[0].sequence_number, 1));
  EXPECT_EQ(sink_.batches.at(0).records.at(1).sub_sequence, 1);
}

TEST_F(ShardReaderTest, FromTheTipItSaysAtOnceWhereToGoOn) {
  shard_.answer(shard_.page({}));
  ASSERT_TRUE(run(Position::latest()));
  EXPECT_EQ(shard_.calls().at(0), "iterator latest");
  // LATEST again would leave out what came since: it goes on from when it asked, with some doubt of clocks.
  EXPECT_EQ(sink_.batches.at(0).resume, Position::at(kNowMs - 10'000));
}

TEST_F(ShardReaderTest, AnEmptyBatchLeavesThePositionWhereItIs) {
  shard_.answer(shard_.page({}));
  ASSERT_TRUE(run(Position::after("5", 2)));
  EXPECT_EQ(sink_.batches.at(0).resume, Position::after("5", 2));
}

TEST_F(ShardReaderTest, StopsWhenItIsToldTo) {
  stop_.request_stop();
  const auto ended = run();
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, ShardEnd::stopped);
  EXPECT_THAT(shard_.asked, IsEmpty());
}

TEST_F(ShardReaderTest, StopsWhenTheSinkTakesNoMore) {
  sink_.refuses = true;
  shard_.answer(shard_.page({"a"}, 0, /*ends=*/true));
  const auto ended = run();
  ASSERT_TRUE(ended);
  EXPECT_EQ(*ended, ShardEnd::stopped) << "its last records may not have been taken";
}

TEST_F(ShardReaderTest, CountsWhatItDoes) {
  shard_.answer(shard_.page({"ab", "c"}));
  shard_.answer(shard_.page({}));
  ASSERT_TRUE(run());
  const auto counts = reader_.counts();
  EXPECT_EQ(counts.calls, 2U);
  EXPECT_EQ(counts.empty, 1U);
  EXPECT_EQ(counts.records, 2U);
  EXPECT_EQ(counts.bytes, 3U);
  EXPECT_EQ(counts.iterators, 1U);
  EXPECT_THAT(counts.errors, IsEmpty());
}

}  // namespace
}  // namespace kinesight::stream
