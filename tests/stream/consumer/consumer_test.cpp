// Where a consumer begins, what ends its windows when nobody sends, and what it says when it cannot go on.
#include "stream/consumer/consumer.h"

#include <gmock/gmock.h>

#include "stream/consumer/flaky_tables.h"
#include "stream/fake_stream.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"
#include "telemetry/catalog.h"

namespace kinesight::stream {
namespace {

using testing::HasSubstr;
using testing::Key;
using testing::UnorderedElementsAre;

constexpr auto kPatience = std::chrono::seconds(30);

class ConsumerTest : public testing::Test {
 protected:
  ConsumerTest() { fake_.aws.create_stream("air", 1); }

  void put(const std::string& city, std::int64_t time_ms) {
    const auto data = record(city, time_ms, 12.5, false);
    ASSERT_TRUE(fake_.kinesis.put_records("air", std::vector<aws::PutRecord>{{city, data}}, {}));
  }

  /// Runs until `done`, which is asked after each write of windows or rows.
  Result<> consume(const std::function<bool()>& done,
                   std::optional<Position> start = Position::trim_horizon()) {
    auto state = StreamState::open(folder_.path(), "air").value();
    KinesisShards source(fake_.kinesis, stream_);
    std::stop_source stop;
    const auto deadline = Clock::system().steady() + kPatience;
    tables_.on_put = [&] {
      if (done() || Clock::system().steady() > deadline) stop.request_stop();
    };
    Consumer consumer({source, tables_, state, Clock::system(), telemetry_}, options_, std::move(start),
                      {.page_records = page_records_,
                       .shortest_pause_seconds = 0,
                       .longest_pause_seconds = 0.002,
                       .failed = {.initial_seconds = 0.001, .max_seconds = 0.002}});
    return consumer.run(stop.get_token());
  }
  std::vector<std::string> cities() const {
    std::vector<std::string> cities;
    for (const auto& [key, fields] : tables_.by_time) cities.push_back(key.first);
    return cities;
  }

  FakeStream fake_{{.check_signatures = false}};
  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  ProcessingOptions options_;
  FlakyTables tables_{1};
  std::string stream_ = "air";
  int page_records_ = 100;
  const std::int64_t now_ms_ = Clock::system().wall_ms();
};

TEST_F(ConsumerTest, AQuietShardEndsItsWindowsByTheClock) {
  options_.consume.idle_seconds = 0.05;
  put("oslo", now_ms_ - 3'600'000);
  ASSERT_TRUE(consume([&] { return !tables_.windows.empty(); }));
  ASSERT_EQ(tables_.windows.size(), 1U);
  EXPECT_EQ(tables_.windows.begin()->second.records, 1);
}

// They come without a pause, and none of them says what time it is.
TEST_F(ConsumerTest, BrokenRecordsHoldBackNoWindow) {
  options_.consume.idle_seconds = 0.5;
  put("oslo", now_ms_ - 3'600'000);
  ASSERT_TRUE(consume([&] {
    const auto broken = fmt::format("broken {}", tables_.letters.size());
    (void)fake_.kinesis.put_records("air", std::vector<aws::PutRecord>{{"default", broken}}, {});
    return !tables_.windows.empty();
  }));
  EXPECT_EQ(tables_.windows.size(), 1U);
  EXPECT_GT(tables_.letters.size(), 1U);
}

// Answers from before a table was away say nothing about the time since.
TEST_F(ConsumerTest, WhatCameWhileATableWasAwayIsNotLate) {
  options_.consume.idle_seconds = 1;
  options_.consume.batch_records = page_records_ = 1;
  put("first", now_ms_ - 3'600'000);
  bool was_away = false;
  ASSERT_TRUE(consume([&] {
    if (!was_away && !tables_.by_time.empty()) {
      was_away = true;
      Clock::system().wait_for(seconds_duration(1.5), {});  // So long it is away.
      for (const char* city : {"second", "third", "fourth"}) put(city, now_ms_ - 1'800'000);
    }
    return tables_.by_time.size() == 4;
  }));
  EXPECT_EQ(tables_.letters.size(), 0U);
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kStreamRecords, {"late"}), 0);
}

TEST_F(ConsumerTest, RecordsThatRetentionTookAreCounted) {
  put("kept", now_ms_ - 1000);
  ASSERT_TRUE(consume([&] { return !tables_.by_time.empty(); }));
  {  // As if a record had been read that the stream no longer has.
    auto state = StreamState::open(folder_.path(), "air").value();
    WindowPlan plan = plan_of(options_.windows);
    Windows windows(plan.shape, plan.aggregates, true);
    const auto listed = fake_.kinesis.list_shards("air", {}).value();
    const auto gone = Position::after(listed.at(0).starting_sequence_number, 0);
    ASSERT_TRUE(state.commit(windows, {{listed.at(0).id, {gone, {}}}}, {}));
  }
  put("later", now_ms_);
  ASSERT_TRUE(consume([&] { return tables_.by_time.size() == 2; }));
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kStreamTrimmed, {}), 1);
}

TEST_F(ConsumerTest, LatestLeavesOutWhatWasThereAndARestartLeavesOutNothing) {
  put("before", now_ms_ - 1000);
  const auto kept = [&] { return telemetry_.metrics.value(telemetry::kStreamKept, {}) > 0; };
  ASSERT_TRUE(consume(kept, Position::latest()));
  EXPECT_THAT(cities(), testing::IsEmpty());
  put("while-away", now_ms_);
  ASSERT_TRUE(consume([&] { return !tables_.by_time.empty(); }, Position::latest()));
  EXPECT_THAT(cities(), testing::Contains("while-away"));
}

TEST_F(ConsumerTest, GoesOnFromItsCheckpointWhateverTheStart) {
  put("first", now_ms_ - 1000);
  ASSERT_TRUE(consume([&] { return tables_.by_time.size() == 1; }));
  // The write is kept with the next one at the latest.
  put("second", now_ms_);
  ASSERT_TRUE(consume([&] { return tables_.by_time.size() == 2; }, std::nullopt));
  EXPECT_THAT(cities(), UnorderedElementsAre("first", "second"));
}

TEST_F(ConsumerTest, ACheckpointThatIsNotThereIsAskedForInVain) {
  const auto ran = consume([] { return true; }, std::nullopt);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::not_found);
  EXPECT_THAT(ran.error().message, HasSubstr("start: checkpoint"));
  EXPECT_THAT(ran.error().message, HasSubstr("stream.db"));
}

TEST_F(ConsumerTest, AStreamThatIsNotThereEndsIt) {
  stream_ = "water";
  const auto ran = consume([] { return true; });
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::not_found);
  EXPECT_THAT(ran.error().message, HasSubstr("water"));
}

TEST_F(ConsumerTest, HealthTellsThatKinesisFailsAndThatItAnswersAgain) {
  using telemetry::HealthState;
  fake_.aws.faults().add(
      {.kind = support::FaultKind::internal_error, .service = "kinesis", .action = "GetRecords"});
  std::vector<std::string> reasons;
  ASSERT_TRUE(consume([&] {
    if (reasons.empty() && telemetry_.health.state() == HealthState::degraded) {
      reasons = telemetry_.health.reasons();
      fake_.aws.faults().clear();
    }
    return !reasons.empty() && telemetry_.health.state() == HealthState::ok;
  }));
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_THAT(reasons[0], testing::StartsWith("shard shardId-000000000000: "));
  EXPECT_EQ(telemetry_.health.state(), HealthState::ok);
}

// Retention has taken the record at which a checkpoint stands, and Kinesis takes it for no place to begin.
TEST_F(ConsumerTest, ACheckpointThatKinesisRefusesEndsItWithWhatToDo) {
  put("first", now_ms_ - 1000);
  ASSERT_TRUE(consume([&] { return !tables_.by_time.empty(); }));
  put("second", now_ms_);
  ASSERT_TRUE(consume([&] { return tables_.by_time.size() == 2; }));  // The first is kept.
  fake_.aws.faults().add({.kind = support::FaultKind::error,
                          .service = "kinesis",
                          .action = "GetShardIterator",
                          .status = 400,
                          .code = "InvalidArgumentException"});
  const auto ran = consume([] { return false; });
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().kind, ErrorKind::invalid);
  EXPECT_THAT(ran.error().message, HasSubstr("older than the stream's retention"));
  EXPECT_THAT(ran.error().message, HasSubstr("stream.db"));
}

TEST_F(ConsumerTest, ReadingThatIsNotAllowedIsToldAndGoesOnWhenItIs) {
  using telemetry::HealthState;
  put("oslo", now_ms_);
  fake_.aws.faults().add({.kind = support::FaultKind::error,
                          .service = "kinesis",
                          .action = "GetRecords",
                          .status = 400,
                          .code = "AccessDeniedException"});
  std::vector<std::string> reasons;
  ASSERT_TRUE(consume([&] {
    if (reasons.empty() && telemetry_.health.state() == HealthState::degraded) {
      reasons = telemetry_.health.reasons();
      fake_.aws.faults().clear();
    }
    return !tables_.by_time.empty();
  }));
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_THAT(reasons[0], HasSubstr("AccessDeniedException"));
  EXPECT_THAT(cities(), testing::ElementsAre("oslo"));
}

TEST_F(ConsumerTest, AKeyTooManyIsALetterAfterARestartTooAndTheOthersGoOn) {
  options_.consume.max_open_keys = 2;
  options_.consume.idle_seconds = 0;
  const auto run_until = [&](std::size_t rows, std::size_t letters) {
    return consume([&, rows, letters] {
      return tables_.by_time.size() == rows && tables_.letters.size() == letters &&
             telemetry_.metrics.value(telemetry::kStreamKeysRefused, {}) >= static_cast<double>(letters);
    });
  };
  const std::int64_t time_ms = (now_ms_ / 300'000 - 1) * 300'000;  // All in one window.
  for (const char* city : {"oslo", "rome", "lima"}) put(city, time_ms);
  ASSERT_TRUE(run_until(2, 1));
  EXPECT_THAT(tables_.letters.begin()->second.error_message, HasSubstr("key 'lima'"));
  EXPECT_THAT(tables_.letters.begin()->second.error_message, HasSubstr("at most 2 keys"));
  // Another process knows the same keys.
  for (const char* city : {"kyiv", "oslo"}) put(city, time_ms + 1000);
  ASSERT_TRUE(run_until(3, 2));
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kStreamRecords, {"counted"}), 3);
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kStreamRecords, {"dead"}), 2);
}

TEST_F(ConsumerTest, AShardThatWasTrimmedUnreadIsCountedAndItsChildrenAreRead) {
  put("lost", now_ms_ - 1000);
  {  // Positions are kept, nothing is read: the tables fail.
    tables_.failing = 1;
    EXPECT_FALSE(consume([] { return false; }));
    tables_.failing = 0;
    tables_.by_time.clear();
  }
  const auto listed = fake_.kinesis.list_shards("air", {}).value();
  fake_.aws.split_shard("air", listed.at(0).id);
  fake_.aws.trim_shard("air", listed.at(0).id);
  put("later", now_ms_);
  ASSERT_TRUE(consume([&] { return !tables_.by_time.empty(); }));
  EXPECT_THAT(cities(), testing::ElementsAre("later"));
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kStreamTrimmed, {}), 1);
}

}  // namespace
}  // namespace kinesight::stream
