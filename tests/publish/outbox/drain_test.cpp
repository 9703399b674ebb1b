// The drain: what goes when, in which order, and how it ends.
#include "publish/outbox/drain_fixture.h"

namespace kinesight::publish {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using Batch = std::span<const Entry* const>;

const Outcome kAgain{.verdict = Verdict::again, .error = {ErrorKind::unavailable, "not now"}};

TEST_F(DrainTest, SendsFullBatchesAtOnceAndTheRestWhenItHasLingered) {
  sink_.limits = {.entries = 4, .linger = std::chrono::seconds(1)};
  start();
  push(make_entries(1, 10));
  ASSERT_TRUE(sink_.await_taken(8));
  clock_.await_waiters();
  EXPECT_THAT(sink_.requests(), SizeIs(2));
  clock_.advance_seconds(1);
  ASSERT_TRUE(sink_.await_taken(10));
  EXPECT_THAT(sink_.requests(), ElementsAre(SizeIs(4), SizeIs(4), SizeIs(2)));
  EXPECT_EQ(sink_.taken(), numbers(1, 10));
}

TEST_F(DrainTest, ABatchIsFullByItsBytesToo) {
  sink_.limits = {.entries = 100, .bytes = 250};
  start();
  sink_.hold(true);
  push(make_entries(1, 6, 100));
  ASSERT_TRUE(sink_.await_requests(1));
  sink_.hold(false);
  ASSERT_TRUE(sink_.await_taken(6));
  EXPECT_THAT(sink_.requests(), Each(SizeIs(testing::Le(2))));
}

TEST_F(DrainTest, AnEntryLargerThanARequestGoesAlone) {
  sink_.limits = {.entries = 100, .bytes = 250};
  start();
  push(make_entries(1, 3, 1000));
  ASSERT_TRUE(sink_.await_taken(3));
  EXPECT_THAT(sink_.requests(), Each(SizeIs(1)));
}

TEST_F(DrainTest, FlushDoesNotLinger) {
  sink_.limits = {.entries = 100, .linger = std::chrono::hours(1)};
  start();
  push(make_entries(1, 10));
  const auto flushed = drain_->flush(kPatience);
  ASSERT_TRUE(flushed) << flushed.error().message;
  EXPECT_EQ(sink_.taken(), numbers(1, 10));
  ASSERT_TRUE(drain_->flush(kPatience)) << "with nothing to do";
}

TEST_F(DrainTest, RequestsThatAreInFlightTogetherNeverShareAKey) {
  sink_.limits = {.entries = 3, .in_flight = 4};
  start();
  sink_.hold(true);
  std::vector<Entry> entries;
  for (int i = 0; i < 2000; ++i)
    entries.push_back(make_entry(std::to_string(i), "camera-" + std::to_string(i % 20)));
  push(entries);
  ASSERT_TRUE(sink_.await_requests(4)) << "as many at once as there may be";
  sink_.hold(false);
  flush();
  EXPECT_FALSE(sink_.overlapped());
  EXPECT_EQ(sink_.most_in_flight(), 4);
  std::map<int, int> last;
  for (const auto& name : sink_.taken()) {
    const int number = std::stoi(name);
    EXPECT_TRUE(!last.contains(number % 20) || last[number % 20] < number) << "order of a key";
    last[number % 20] = number;
  }
}

TEST_F(DrainTest, OneOfAKeyInARequestKeepsStrictOrder) {
  sink_.limits = {.entries = 10, .one_per_key = true};
  start();
  sink_.hold(true);
  push({{"a1", "a"}, {"a2", "a"}, {"b1", "b"}, {"a3", "a"}});
  ASSERT_TRUE(sink_.await_requests(1));
  sink_.hold(false);
  ASSERT_TRUE(sink_.await_taken(4));
  for (const auto& request : sink_.requests()) {
    std::set<char> keys;
    for (const auto& name : request) EXPECT_TRUE(keys.insert(name[0]).second);
  }
}

TEST_F(DrainTest, OneOfANameInARequest) {
  sink_.limits = {.entries = 10, .one_per_name = true};
  start();
  push({{"x", "a"}, {"y", "a"}, {"x", "a"}, {"z", "b"}, {"x", "c"}});
  ASSERT_TRUE(sink_.await_taken(5));
  for (const auto& request : sink_.requests())
    EXPECT_EQ(std::set<std::string>(request.begin(), request.end()).size(), request.size());
}

// As Kinesis does it: a shard takes so much a second, and says so for each record it does not take.
TEST_F(DrainTest, AStuckKeyHoldsUpNoMoreThanTheWindow) {
  sink_.limits = {.entries = 1};
  policy_.window_entries = 10;
  std::atomic<bool> stuck = true;
  sink_.answer_with([&](Batch batch) {
    return FakeSink::all(batch, stuck && batch[0]->key == "stuck" ? kAgain : Outcome{});
  });
  start();
  std::vector<Entry> entries{make_entry("0", "stuck")};
  for (const auto& entry : make_entries(1, 30)) entries.push_back(entry);
  push(entries);
  ASSERT_TRUE(sink_.await_taken(9));
  clock_.await_waiters();
  EXPECT_EQ(sink_.taken(), numbers(1, 9)) << "nine beside the one that is stuck";
  stuck = false;
  flush();
  EXPECT_THAT(sink_.taken(), SizeIs(31));
}

TEST_F(DrainTest, TheWindowIsBoundedByBytesToo) {
  sink_.limits = {.entries = 1};
  policy_.window_bytes = 1000;
  sink_.answer_with(
      [](Batch batch) { return FakeSink::all(batch, batch[0]->key == "stuck" ? kAgain : Outcome{}); });
  start();
  push({make_entry("0", "stuck", 900)});
  ASSERT_TRUE(sink_.await_requests(1));
  push(make_entries(1, 30, 500));
  ASSERT_TRUE(sink_.await_taken(30)) << "one at a time fits beside it";
}

TEST_F(DrainTest, StopsWithARequestInFlightAndSettlesIt) {
  start();
  sink_.hold(true);
  push(make_entries(1, 5));
  ASSERT_TRUE(sink_.await_requests(1));
  std::jthread release([this] { sink_.hold(false); });
  drain_.reset();
  EXPECT_EQ(sink_.taken(), numbers(1, 5));
}

TEST_F(DrainTest, CancelsARequestThatDoesNotEnd) {
  start();
  sink_.hold(true);
  push(make_entries(1, 5));
  ASSERT_TRUE(sink_.await_requests(1));
  drain_.reset();  // Would hang if it were not cancelled.
  SUCCEED();
}

TEST_F(DrainTest, ShowsWhatItDidInTheMetrics) {
  sink_.limits = {.entries = 10};
  start();
  auto entries = make_entries(1, 10);
  for (auto& entry : entries) entry.accepted_ms = static_cast<std::int64_t>(kStart * 1000) - 2000;
  push(entries);
  flush();
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kPublished, {"kds"}), 10);
  EXPECT_THAT(telemetry_.metrics.text(),
              HasSubstr("kinesight_publish_latency_seconds_count{sink=\"kds\"} 10"));
  EXPECT_EQ(drain_->counts().delivered, 10u);
  EXPECT_EQ(drain_->counts().bytes, 200u);
  EXPECT_EQ(drain_->counts().requests, 1u);
}

TEST_F(DrainTest, TheSeriesOfASinkExistFromTheStart) {
  start();
  EXPECT_THAT(telemetry_.metrics.text(), HasSubstr("publisher_failures_total{sink=\"kds\"} 0"));
}

TEST_F(DrainTest, SleepsWhenThereIsNothingToDo) {
  start();
  push(make_entries(1, 10));
  flush();
  timespec before{};
  timespec after{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
  const auto used_ms = (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1'000'000;
  EXPECT_LT(used_ms, 50);
}

}  // namespace
}  // namespace kinesight::publish
