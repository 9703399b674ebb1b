#include "stream/producer/producer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "publish/kds/aggregation.h"
#include "stream/producer/scripted_sink.h"
#include "support/fake_clock.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

/// Gives what a test lists.
class ListedSource final : public RecordSource {
 public:
  using Item = Result<std::optional<std::string>>;
  explicit ListedSource(std::deque<Item> items) : items_(std::move(items)) {}

  Result<std::optional<std::string>> next(std::stop_token) override {
    ++asked_;
    asked_.notify_all();
    if (items_.empty()) return std::nullopt;
    Item item = std::move(items_.front());
    items_.pop_front();
    return item;
  }
  std::string where() const override { return "listed:" + std::to_string(asked_); }
  const std::atomic<int>& asked() const { return asked_; }

 private:
  std::deque<Item> items_;
  std::atomic<int> asked_ = 0;
};

/// Endless; each record takes a second.
class SlowSource final : public RecordSource {
 public:
  explicit SlowSource(Clock& clock) : clock_(clock) {}
  Result<std::optional<std::string>> next(std::stop_token stop) override {
    if (!clock_.wait_for(std::chrono::seconds(1), std::move(stop)))
      return fail(ErrorKind::cancelled, "stopped");
    return R"({"city_id": "oslo", "timestamp": 1})";
  }
  std::string where() const override { return "slow"; }

 private:
  Clock& clock_;
};

std::string record(int number, int cities = 7) {
  return fmt::format(R"({{"city_id": "city{}", "timestamp": {}}})", number % cities, number);
}

std::deque<ListedSource::Item> records(int count, int cities = 7) {
  std::deque<ListedSource::Item> items;
  for (int i = 0; i < count; ++i) items.emplace_back(record(i, cities));
  return items;
}

class ProducerTest : public ::testing::Test {
 protected:
  Result<> run(const ProducerSettings& settings, RecordSource& source, const std::stop_token& stop = {}) {
    Producer producer(settings, source, sink_, clock_, Rng(1),
                      [this](const Error& why) { lost_.push_back(why.message); });
    auto done = producer.run(stop);
    progress_ = producer.progress();
    return done;
  }
  ScriptedSink::Answer half_of(std::span<const aws::PutRecord> records) {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (auto& outcome : outcomes)
      if (rng_.chance(0.5)) outcome = throttled();
    return outcomes;
  }
  /// The times of each city's records, as they came into the stream, packed ones taken apart.
  std::map<std::string, std::vector<int>> times_by_city() const {
    std::map<std::string, std::vector<int>> times;
    for (const auto& [key, data] : sink_.taken())
      for (const auto& user : publish::deaggregate(key, data).records)
        times[std::string(user.partition_key)].push_back(nlohmann::json::parse(user.data).at("timestamp"));
    return times;
  }

  support::FakeClock clock_{1'769'860'800.25};
  ScriptedSink sink_;
  std::vector<std::string> lost_;
  ProducerProgress progress_;
  Rng rng_{support::replay_seed()};
};

TEST_F(ProducerTest, RecordsArriveStampedUnderTheirKey) {
  ListedSource source({R"({"city_id": "oslo", "timestamp": "2026-01-31T12:00:00"})", R"({"timestamp": 7})"});
  ASSERT_TRUE(run({.options = {.in_flight = 1}, .record = {}}, source));
  const auto taken = sink_.taken();
  ASSERT_EQ(taken.size(), 2u);
  EXPECT_EQ(taken[0].first, "oslo");
  // printf 'oslo_2026-01-31T12:00:00' | sha256sum
  EXPECT_EQ(taken[0].second,
            R"({"city_id": "oslo", "timestamp": "2026-01-31T12:00:00", )"
            R"("ingestion_timestamp": "2026-01-31T12:00:00.250000", "message_id": "d23d591047ad7dc5"})");
  EXPECT_EQ(taken[1].first, "default");
  EXPECT_EQ(progress_.read, 2u);
  EXPECT_EQ(progress_.sent.taken, 2u);
  EXPECT_EQ(progress_.waiting, 0u);
}

TEST_F(ProducerTest, WhatCannotBeStampedIsRefusedWithItsPlace) {
  ListedSource source(
      {record(1), "ERROR: no answer", record(2), fail(ErrorKind::corrupt, "a.csv:9: 3 values"), record(3)});
  ASSERT_TRUE(run({.options = {}, .record = {}}, source));
  EXPECT_EQ(progress_.read, 5u);
  EXPECT_EQ(progress_.refused, 2u);
  EXPECT_EQ(progress_.broken, 0u);
  EXPECT_EQ(sink_.taken().size(), 3u);
  ASSERT_EQ(lost_.size(), 2u);
  EXPECT_TRUE(lost_[0].starts_with("listed:2: ")) << lost_[0];
  EXPECT_EQ(lost_[1], "a.csv:9: 3 values");
}

TEST_F(ProducerTest, BrokenRecordsGoAsTheyAreWhereThatIsAsked) {
  ListedSource source({record(1), "ERROR: no answer"});
  ASSERT_TRUE(run({.options = {.in_flight = 1, .broken = BrokenRecords::send}, .record = {}}, source));
  EXPECT_EQ(sink_.taken().at(1), (std::pair<std::string, std::string>{"default", "ERROR: no answer"}));
  EXPECT_EQ(progress_.broken, 1u);
  EXPECT_EQ(progress_.refused, 0u);
  EXPECT_TRUE(lost_.empty());
}

TEST_F(ProducerTest, ARecordThatKinesisCannotTakeIsLostWithItsKey) {
  ListedSource source({R"({"city_id": "oslo", "x": ")" + std::string(1024 * 1024 - 60, 'x') + "\"}"});
  ASSERT_TRUE(run({.options = {}, .record = {}}, source));
  EXPECT_EQ(progress_.sent.refused, 1u);
  EXPECT_EQ(progress_.waiting, 0u);
  ASSERT_EQ(lost_.size(), 1u);
  EXPECT_TRUE(lost_[0].starts_with("a record under the key 'oslo': ")) << lost_[0];
}

TEST_F(ProducerTest, ReadsAsManyAsItIsTold) {
  ListedSource source(records(100));
  ASSERT_TRUE(run({.options = {}, .record = {}, .count = 30}, source));
  EXPECT_EQ(source.asked(), 30) << "no record is read in vain";
  EXPECT_EQ(sink_.taken().size(), 30u);
}

TEST_F(ProducerTest, GoesAtItsRate) {
  ListedSource source(records(51));
  ASSERT_TRUE(run({.options = {}, .record = {}, .rate = 10}, source));
  EXPECT_NEAR(to_seconds(clock_.steady().time_since_epoch()), 5.1, 0.2);
  EXPECT_EQ(sink_.taken().size(), 51u);
}

TEST_F(ProducerTest, ReadsForAsLongAsItIsToldAndSendsWhatItRead) {
  support::FakeClock clock(0, support::FakeClock::Waiting::blocks);
  SlowSource source(clock);
  Producer producer({.options = {}, .record = {}, .seconds = 3.5}, source, sink_, clock, Rng(1),
                    [](const Error&) {});
  Result<> done;
  std::jthread running([&] { done = producer.run({}); });
  for (int i = 0; i < 4; ++i) {
    clock.await_waiters(2);
    clock.advance_seconds(i < 3 ? 1 : 0.5);
  }
  running.join();
  EXPECT_TRUE(done);
  EXPECT_EQ(producer.progress().read, 3u);
  EXPECT_EQ(sink_.taken().size(), 3u);
}

TEST_F(ProducerTest, WhatWasReadBeforeASourceFailsIsSent) {
  auto items = records(10);
  items.emplace_back(fail(ErrorKind::unavailable, "the disk is gone"));
  ListedSource source(std::move(items));
  const auto done = run({.options = {}, .record = {}}, source);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "the disk is gone");
  EXPECT_EQ(sink_.taken().size(), 10u);
}

TEST_F(ProducerTest, WhatEndsTheSinkIsTheError) {
  sink_.answer = [](auto) { return failed(ErrorKind::not_found); };
  ListedSource source(records(5000));
  const auto done = run({.options = {}, .record = {}}, source);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::not_found);
  EXPECT_GT(progress_.waiting, 0u);
  EXPECT_EQ(progress_.waiting, progress_.read);
}

TEST_F(ProducerTest, AfterAStopWhatWasReadIsSent) {
  std::stop_source stop;
  std::atomic<int> requests = 0;
  sink_.answer = [&](std::span<const aws::PutRecord> asked) -> ScriptedSink::Answer {
    if (++requests == 2) stop.request_stop();
    return std::vector<aws::PutOutcome>(asked.size());
  };
  ListedSource source(records(100'000));
  Producer producer({.options = {.stop_seconds = 3600}, .record = {}}, source, sink_, Clock::system(), Rng(1),
                    [](const Error&) {});
  ASSERT_TRUE(producer.run(stop.get_token()));
  const auto progress = producer.progress();
  EXPECT_LT(progress.read, 100'000u);
  EXPECT_EQ(progress.waiting, 0u);
  EXPECT_EQ(sink_.taken().size(), progress.read);
}

TEST_F(ProducerTest, AfterAStopTheRecordInHandIsSentThoughTheQueueIsFull) {
  std::stop_source stop;
  ListedSource source(records(100, 1));
  sink_.answer = [&](std::span<const aws::PutRecord> asked) -> ScriptedSink::Answer {
    // One is here, one in the queue, one in hand.
    for (int seen = source.asked(); seen < 3; seen = source.asked()) source.asked().wait(seen);
    stop.request_stop();
    for (int i = 0; i < 10'000; ++i) std::this_thread::yield();  // Time to give the record up, for who would.
    return std::vector<aws::PutOutcome>(asked.size());
  };
  Producer producer({.options = {.batch_records = 1, .in_flight = 1, .stop_seconds = 3600}, .record = {}},
                    source, sink_, Clock::system(), Rng(1), [](const Error&) {});
  ASSERT_TRUE(producer.run(stop.get_token()));
  EXPECT_EQ(sink_.taken().size(), producer.progress().read);
}

TEST_F(ProducerTest, AfterAStopItsTimeIsBounded) {
  std::stop_source stop;
  std::atomic<int> requests = 0;
  sink_.answer = [&](std::span<const aws::PutRecord> asked) -> ScriptedSink::Answer {
    stop.request_stop();
    std::vector<aws::PutOutcome> outcomes(asked.size(), throttled());
    if (++requests == 1) outcomes[0] = {};
    return outcomes;
  };
  ListedSource source(records(100'000));
  const auto done =
      run({.options = {.give_up_seconds = 1e7, .stop_seconds = 20}, .record = {}}, source, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::cancelled);
  EXPECT_GT(progress_.waiting, 0u);
  EXPECT_EQ(progress_.waiting + sink_.taken().size(), progress_.read) << "what is not said to wait was sent";
  EXPECT_NE(done.error().message.find(std::to_string(progress_.waiting)), std::string::npos);
}

TEST_F(ProducerTest, PackedRecordsArriveOnceWhateverIsThrottled) {
  sink_.answer = [this](auto asked) { return half_of(asked); };
  ListedSource source(records(5000));
  ASSERT_TRUE(run({.options = {.aggregate = true}, .record = {}}, source));
  std::set<int> seen;
  std::size_t found = 0;
  for (const auto& [city, times] : times_by_city()) {
    seen.insert(times.begin(), times.end());
    found += times.size();
  }
  EXPECT_EQ(found, 5000u);
  EXPECT_EQ(seen.size(), 5000u);
  EXPECT_LT(sink_.taken().size(), 500u) << "many share a record";
  EXPECT_EQ(progress_.sent.taken, 5000u) << "user records count";
}

TEST_F(ProducerTest, StrictOrderHoldsPackedOrNot) {
  for (const bool aggregate : {false, true}) {
    sink_.answer = [this](auto asked) { return half_of(asked); };
    ListedSource source(records(1000, 20));
    ASSERT_TRUE(run({.options = {.strict_order = true, .aggregate = aggregate}, .record = {}}, source));
    const auto by_city = times_by_city();
    EXPECT_EQ(by_city.size(), 20u);
    for (const auto& [city, times] : by_city) {
      EXPECT_EQ(times.size(), 50u);
      EXPECT_TRUE(std::ranges::is_sorted(times)) << city << (aggregate ? " packed" : "");
    }
    sink_.forget();
  }
}

TEST_F(ProducerTest, PackedInStrictOrderLongRecordsOfAKeyNeverShareARequestWithoutSharingARecord) {
  sink_.answer = [this](std::span<const aws::PutRecord> asked) {
    std::set<std::string_view> keys;
    for (const auto& one : asked) EXPECT_TRUE(keys.insert(one.partition_key).second);
    return half_of(asked);
  };
  std::deque<ListedSource::Item> items;
  for (int i = 0; i < 30; ++i) {
    items.emplace_back(fmt::format(R"({{"city_id": "oslo", "timestamp": {}, "x": "{}"}})", i,
                                   std::string(static_cast<std::size_t>(rng_.integer(1, 400'000)), 'x')));
  }
  ListedSource source(std::move(items));
  ASSERT_TRUE(run({.options = {.strict_order = true, .aggregate = true}, .record = {}}, source));
  const auto times = times_by_city()["oslo"];
  EXPECT_EQ(times.size(), 30u);
  EXPECT_TRUE(std::ranges::is_sorted(times));
}

TEST_F(ProducerTest, AnAnswerOfAnotherLengthIsNoAnswerForPackedRecords) {
  sink_.answer = [](auto) -> ScriptedSink::Answer { return std::vector<aws::PutOutcome>(1); };
  ListedSource source(records(100));
  const auto done = run({.options = {.in_flight = 1, .aggregate = true}, .record = {}}, source);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace kinesight::stream
