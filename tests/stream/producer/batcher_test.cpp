#include "stream/producer/batcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "stream/producer/scripted_sink.h"
#include "support/fake_clock.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

class BatcherTest : public ::testing::Test {
 protected:
  Batcher make(const ProducerOptions& options = {}) {
    return Batcher(options, sink_, clock_, Rng(1), [this](const Outgoing& record, const Error& why) {
      failed_.emplace_back(record.data, why);
    });
  }
  void add(Batcher& batcher, int count, int keys = 7) {
    for (int i = 0; i < count; ++i, ++added_)
      ASSERT_TRUE(batcher.add({"key" + std::to_string(added_ % keys), std::to_string(added_)}, {}));
  }
  /// Each record that was added is in the stream once.
  void expect_each_once() {
    std::map<std::string, int> times;
    for (const auto& [key, data] : sink_.taken()) ++times[data];
    EXPECT_EQ(times.size(), static_cast<std::size_t>(added_));
    for (const auto& [data, count] : times) EXPECT_EQ(count, 1) << data;
  }
  /// Whether the records of each key were taken in the order in which they were added.
  bool in_order() const {
    std::map<std::string, int> last;
    for (const auto& [key, data] : sink_.taken()) {
      const int number = std::stoi(data);
      if (last.contains(key) && last[key] >= number) return false;
      last[key] = number;
    }
    return true;
  }
  double seconds() const { return to_seconds(clock_.steady().time_since_epoch()); }

  support::FakeClock clock_;
  ScriptedSink sink_;
  std::vector<std::pair<std::string, Error>> failed_;
  int added_ = 0;
};

TEST_F(BatcherTest, ARequestHas500Records) {
  auto batcher = make();
  add(batcher, 1200);
  EXPECT_EQ(sink_.requests().size(), 2u);
  EXPECT_EQ(batcher.waiting(), 200u);
  ASSERT_TRUE(batcher.flush({}));
  const auto requests = sink_.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].size(), 500u);
  EXPECT_EQ(requests[2].size(), 200u);
  expect_each_once();
  EXPECT_EQ(batcher.counts().taken, 1200u);
  EXPECT_EQ(batcher.counts().requests, 3u);
}

TEST_F(BatcherTest, ARequestHasNoMoreBytesThanItMay) {
  auto batcher = make({.batch_bytes = 1024 * 1024});
  const std::string data(300 * 1024, 'x');
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(batcher.add({"k", data}, {}));
  ASSERT_TRUE(batcher.flush({}));
  std::size_t records = 0;
  for (const auto& request : sink_.requests()) {
    EXPECT_LE(request.size(), 3u);
    records += request.size();
  }
  EXPECT_EQ(records, 10u);
  EXPECT_EQ(batcher.counts().taken_bytes, 10 * (data.size() + 1));
}

TEST_F(BatcherTest, WhatIsHalfTakenIsPutUntilItIsAndNothingTwice) {
  Rng rng(support::replay_seed());
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (auto& outcome : outcomes)
      if (rng.chance(0.5)) outcome = throttled();
    return outcomes;
  };
  auto batcher = make();
  add(batcher, 5000);
  ASSERT_TRUE(batcher.flush({}));
  expect_each_once();
  EXPECT_TRUE(failed_.empty());
  EXPECT_EQ(batcher.counts().taken, 5000u);
  EXPECT_EQ(batcher.counts().retried, batcher.counts().throttled) << "only what was not taken was sent again";
  EXPECT_FALSE(in_order()) << "or the next test shows nothing";
}

TEST_F(BatcherTest, InStrictOrderAFailedRecordHoldsBackItsKeyAndNoOther) {
  Rng rng(support::replay_seed());
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (auto& outcome : outcomes)
      if (rng.chance(0.5)) outcome = throttled();
    return outcomes;
  };
  auto batcher = make({.strict_order = true});
  add(batcher, 3000, 100);
  ASSERT_TRUE(batcher.flush({}));
  expect_each_once();
  EXPECT_TRUE(in_order());
}

TEST_F(BatcherTest, AKeyThatIsNotTakenDoesNotStopTheOthersInStrictOrder) {
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i].partition_key == "key0") outcomes[i] = throttled();
    return outcomes;
  };
  auto batcher = make({.strict_order = true});
  add(batcher, 100, 10);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(batcher.send({}));
  EXPECT_EQ(batcher.waiting(), 10u) << "those of key0";
  EXPECT_EQ(sink_.taken().size(), 90u);
  EXPECT_TRUE(in_order());
}

TEST_F(BatcherTest, WaitsDoubleWhileNothingIsTaken) {
  std::vector<double> times;
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    times.push_back(seconds());
    if (times.size() <= 8) return failed(ErrorKind::throttled);
    return std::vector<aws::PutOutcome>(records.size());
  };
  auto batcher = make({.base_backoff_ms = 100, .max_backoff_ms = 1000});
  add(batcher, 10);
  ASSERT_TRUE(batcher.flush({}));
  ASSERT_EQ(times.size(), 9u);
  double most = 0.1;
  for (std::size_t i = 1; i < times.size(); ++i, most = std::min(2 * most, 1.0)) {
    EXPECT_GE(times[i] - times[i - 1], most / 2 - 1e-9) << i;
    EXPECT_LE(times[i] - times[i - 1], most + 1e-9) << i;
  }
  EXPECT_EQ(batcher.counts().throttled, 8u);
  EXPECT_EQ(batcher.counts().retried, 80u);
  expect_each_once();
}

TEST_F(BatcherTest, TellsOfRecordsThatMayComeTwice) {
  int requests = 0;
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    if (++requests == 1) return failed(ErrorKind::unavailable, true);
    std::vector<aws::PutOutcome> outcomes(records.size());
    if (requests == 2)
      outcomes[0] = {
          .shard_id = {}, .error_code = "InternalFailure", .error_message = "Internal service failure."};
    return outcomes;
  };
  auto batcher = make();
  add(batcher, 10);
  ASSERT_TRUE(batcher.flush({}));
  EXPECT_EQ(batcher.counts().uncertain, 11u);
  EXPECT_EQ(batcher.counts().taken, 10u);
}

TEST_F(BatcherTest, WhatNoOtherTryWillMendIsAnErrorAndNothingIsLost) {
  sink_.answer = [](std::span<const aws::PutRecord>) -> ScriptedSink::Answer {
    return failed(ErrorKind::not_found);
  };
  auto batcher = make();
  add(batcher, 10);
  const auto flushed = batcher.flush({});
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::not_found);
  EXPECT_EQ(batcher.waiting(), 10u);
  sink_.answer = [](std::span<const aws::PutRecord>) -> ScriptedSink::Answer {
    return std::vector(3, throttled());
  };
  EXPECT_EQ(batcher.flush({}).error().kind, ErrorKind::corrupt) << "three outcomes of ten records";
  sink_.answer = nullptr;
  ASSERT_TRUE(batcher.flush({}));
  expect_each_once();
}

TEST_F(BatcherTest, ARecordIsGivenUpWhenItsTimeIsOverAndTheNextOfItsKeyGoes) {
  sink_.answer = [](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i].data == "0") outcomes[i] = throttled();
    return outcomes;
  };
  auto batcher = make({.strict_order = true, .give_up_seconds = 20});
  add(batcher, 3, 1);
  ASSERT_TRUE(batcher.flush({}));
  ASSERT_EQ(failed_.size(), 1u);
  EXPECT_EQ(failed_[0].first, "0");
  EXPECT_EQ(failed_[0].second.kind, ErrorKind::throttled);
  EXPECT_NE(failed_[0].second.message.find("ProvisionedThroughputExceededException"), std::string::npos);
  EXPECT_GE(seconds(), 20);
  EXPECT_LT(seconds(), 30);
  EXPECT_EQ(sink_.taken(), (ScriptedSink::Records{{"key0", "1"}, {"key0", "2"}}));
  EXPECT_EQ(batcher.counts().given_up, 1u);
}

TEST_F(BatcherTest, RefusesWhatKinesisCannotTake) {
  auto batcher = make();
  ASSERT_TRUE(batcher.add({"k", std::string(1024 * 1024, 'x')}, {}));
  ASSERT_TRUE(batcher.add({"", "x"}, {}));
  ASSERT_TRUE(batcher.add({std::string(257, 'k'), "x"}, {}));
  EXPECT_EQ(batcher.counts().refused, 3u);
  EXPECT_EQ(failed_.size(), 3u);
  ASSERT_TRUE(batcher.add({"k", std::string(1024 * 1024 - 1, 'x')}, {}));
  ASSERT_TRUE(batcher.flush({}));
  EXPECT_EQ(sink_.taken().size(), 1u);
}

TEST_F(BatcherTest, WhileNothingIsTakenNoMoreGathersThanMay) {
  int requests = 0;
  std::size_t most = 0;
  Batcher* batcher = nullptr;
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    most = std::max(most, batcher->waiting());
    if (++requests < 20) return failed(ErrorKind::unavailable);
    return std::vector<aws::PutOutcome>(records.size());
  };
  auto made = make({.buffer_records = 1000});
  batcher = &made;
  add(made, 4000);
  ASSERT_TRUE(made.flush({}));
  EXPECT_EQ(most, 1000u);
  expect_each_once();
}

TEST_F(BatcherTest, AStopEndsTheWaitAndKeepsWhatWaits) {
  std::stop_source stop;
  sink_.answer = [&](std::span<const aws::PutRecord>) -> ScriptedSink::Answer {
    stop.request_stop();
    return failed(ErrorKind::unavailable);
  };
  auto batcher = make();
  add(batcher, 10);
  const auto flushed = batcher.flush(stop.get_token());
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(batcher.waiting(), 10u);
}

TEST_F(BatcherTest, SaysWhenTheOldestRecordIsDue) {
  auto batcher = make({.linger_ms = 200});
  EXPECT_FALSE(batcher.due());
  add(batcher, 1);
  clock_.advance_seconds(0.1);
  add(batcher, 1);
  EXPECT_NEAR(to_seconds(batcher.due()->time_since_epoch()), 0.2, 1e-9);
  ASSERT_TRUE(batcher.send({}));
  EXPECT_FALSE(batcher.due());
}

}  // namespace
}  // namespace kinesight::stream
