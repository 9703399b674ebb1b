// A producer with a spool: what was read arrives, whatever ended which of its processes.
#include "stream/spool/disk_spool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "stream/producer/producer.h"
#include "stream/producer/scripted_sink.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

/// Records from one number to before another, of some cities, each `pad` bytes longer than it must be.
class NumberedSource final : public RecordSource {
 public:
  NumberedSource(int from, int to, std::size_t pad = 0) : next_(from), to_(to), pad_(pad, 'x') {}
  Result<std::optional<std::string>> next(std::stop_token) override {
    if (next_ == to_) return std::nullopt;
    ++asked_;
    const int number = next_++;
    return fmt::format(R"({{"city_id": "city{}", "timestamp": {}, "x": "{}"}})", number % 7, number, pad_);
  }
  std::string where() const override { return fmt::format("numbered:{}", next_ - 1); }
  int asked() const { return asked_; }

 private:
  int next_;
  const int to_;
  const std::string pad_;
  std::atomic<int> asked_ = 0;
};

class DiskSpoolTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<DiskSpool>> open(const std::string& stream = "air in us-east-1") {
    return DiskSpool::open({.folder = folder_.path(), .max_bytes = DiskSpool::kFewestBytes, .stream = stream},
                           telemetry_, Clock::system());
  }
  /// One process: its producer runs over the spool, until its source ends or `stop`.
  Result<> run(RecordSource& source, ProducerOptions options = {}, const std::stop_token& stop = {}) {
    auto spool = open();
    if (!spool) return std::unexpected(spool.error());
    options.base_backoff_ms = 1;
    options.max_backoff_ms = 2;
    Producer producer(
        {.options = options, .record = {}}, source, sink_, Clock::system(), Rng(1),
        [this](const Error& why) { lost_.push_back(why.message); }, spool->get());
    auto done = producer.run(stop);
    progress_ = producer.progress();
    return done;
  }
  std::vector<int> numbers() const {
    std::vector<int> numbers;
    for (const auto& [key, data] : sink_.taken())
      numbers.push_back(nlohmann::json::parse(data).at("timestamp"));
    return numbers;
  }
  void await(const std::function<bool()>& true_now) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!true_now()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::yield();
    }
  }

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  ScriptedSink sink_;
  std::vector<std::string> lost_;
  ProducerProgress progress_;
  Rng rng_{support::replay_seed()};
};

TEST_F(DiskSpoolTest, WhatAnOutageLeftIsSentByTheNextRunBeforeWhatThatReads) {
  std::stop_source stop;
  std::atomic<int> requests = 0;
  sink_.answer = [&](auto) -> ScriptedSink::Answer {
    if (++requests == 50) stop.request_stop();
    return failed(ErrorKind::unavailable);
  };
  NumberedSource first(0, 1000);
  const auto done =
      run(first, {.in_flight = 1, .give_up_seconds = 0.001, .stop_seconds = 0.1}, stop.get_token());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("1000 records in the spool"), std::string::npos)
      << done.error().message;
  EXPECT_EQ(progress_.read, 1000u);
  EXPECT_EQ(progress_.waiting, 1000u);
  EXPECT_EQ(progress_.sent.given_up, 0u) << "with a spool nothing is given up";

  sink_.answer = nullptr;
  NumberedSource second(1000, 1100);
  ASSERT_TRUE(run(second, {.in_flight = 1}));
  EXPECT_EQ(progress_.resumed, 1000u);
  EXPECT_EQ(progress_.read, 100u);
  EXPECT_EQ(progress_.sent.taken, 1100u);
  EXPECT_EQ(progress_.waiting, 0u);
  std::vector<int> all(1100);
  std::ranges::generate(all, [n = 0]() mutable { return n++; });
  EXPECT_EQ(numbers(), all);
  EXPECT_TRUE(lost_.empty());
}

TEST_F(DiskSpoolTest, StrictOrderHoldsAcrossRunsThatEndAnywhere) {
  int next = 0;
  for (int process = 0; process < 6; ++process) {
    std::stop_source stop;
    const bool last = process == 5;
    const int ends_at = static_cast<int>(rng_.integer(1, 20));
    std::atomic<int> requests = 0;
    sink_.answer = [&](std::span<const aws::PutRecord> asked) -> ScriptedSink::Answer {
      if (!last && ++requests >= ends_at) stop.request_stop();
      std::vector<aws::PutOutcome> outcomes(asked.size());
      for (auto& outcome : outcomes)
        if (rng_.chance(0.5)) outcome = throttled();
      return outcomes;
    };
    NumberedSource source(next, next + 300);
    const auto done = run(source, {.strict_order = true, .stop_seconds = 0}, stop.get_token());
    EXPECT_EQ(done.has_value(), progress_.waiting + progress_.unkept == 0);
    EXPECT_EQ(progress_.sent.taken + progress_.waiting, progress_.resumed + progress_.read);
    next += static_cast<int>(progress_.read);
  }
  std::map<int, std::vector<int>> by_city;
  for (const int number : numbers()) by_city[number % 7].push_back(number);
  std::size_t arrived = 0;
  for (const auto& [city, times] : by_city) {
    EXPECT_TRUE(std::ranges::is_sorted(times)) << "city " << city;
    EXPECT_EQ(std::set(times.begin(), times.end()).size(), times.size()) << "each once: every answer came";
    arrived += times.size();
  }
  EXPECT_EQ(arrived, static_cast<std::size_t>(next)) << "what was read";
}

TEST_F(DiskSpoolTest, AFullSpoolHoldsReadingBackUntilThereIsRoom) {
  std::atomic<bool> away = true;
  sink_.answer = [&](std::span<const aws::PutRecord> asked) -> ScriptedSink::Answer {
    if (away) return failed(ErrorKind::unavailable);
    return std::vector<aws::PutOutcome>(asked.size());
  };
  constexpr int kRecords = 6000;  // 60 MB, of which the spool takes 16.
  NumberedSource source(0, kRecords, 10'000);
  Result<> done;
  std::jthread running([&] { done = run(source); });
  await([&] { return telemetry_.health.state() == telemetry::HealthState::degraded; });
  const auto reasons = telemetry_.health.reasons();
  ASSERT_EQ(reasons.size(), 1u);
  EXPECT_NE(reasons[0].find("is full (16 MiB)"), std::string::npos) << reasons[0];
  away = false;
  running.join();
  ASSERT_TRUE(done);
  EXPECT_EQ(numbers().size(), static_cast<std::size_t>(kRecords));
  EXPECT_EQ(telemetry_.health.state(), telemetry::HealthState::ok);
}

TEST_F(DiskSpoolTest, AStopWhileItIsFullTellsWhatIsLostAndKeepsTheRest) {
  sink_.answer = [](auto) { return failed(ErrorKind::unavailable); };
  NumberedSource source(0, 6000, 10'000);
  std::stop_source stop;
  Result<> done;
  std::jthread running([&] { done = run(source, {.stop_seconds = 0.1}, stop.get_token()); });
  await([&] { return telemetry_.health.state() == telemetry::HealthState::degraded; });
  stop.request_stop();
  running.join();
  ASSERT_FALSE(done);
  const auto read = progress_.read, unkept = progress_.unkept;
  EXPECT_GT(unkept, 0u);
  EXPECT_EQ(progress_.waiting, read);
  EXPECT_NE(done.error().message.find(fmt::format("{} records in hand", unkept)), std::string::npos)
      << done.error().message;

  sink_.answer = nullptr;
  NumberedSource none(0, 0);
  ASSERT_TRUE(run(none));
  EXPECT_EQ(numbers().size(), read);
}

TEST_F(DiskSpoolTest, WhatIsNotAllowedEndsTheRunAndStaysInTheSpool) {
  sink_.answer = [](auto) { return failed(ErrorKind::denied); };
  NumberedSource first(0, 100'000);
  const auto done = run(first);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::denied);
  EXPECT_LT(first.asked(), 100'000) << "it is not read on for nothing";
  const auto read = progress_.read;
  EXPECT_EQ(progress_.waiting, read);

  sink_.answer = nullptr;
  NumberedSource none(0, 0);
  ASSERT_TRUE(run(none));
  EXPECT_EQ(numbers().size(), progress_.resumed);
  EXPECT_GE(progress_.resumed, read) << "the disk may have been quicker than the count";
}

TEST_F(DiskSpoolTest, ARecordThatKinesisCannotTakeIsRefusedWithItsPlaceAndNotKept) {
  NumberedSource source(3, 4, 1024 * 1024);
  ASSERT_TRUE(run(source));
  EXPECT_EQ(progress_.refused, 1u);
  EXPECT_EQ(progress_.read, 1u);
  EXPECT_EQ(progress_.waiting, 0u);
  ASSERT_EQ(lost_.size(), 1u);
  EXPECT_TRUE(lost_[0].starts_with("numbered:3: expected a record of at most")) << lost_[0];
}

TEST_F(DiskSpoolTest, RecordsOfOneStreamGoIntoNoOther) {
  {
    const auto spool = open();
    ASSERT_TRUE(spool) << spool.error().message;
    ASSERT_TRUE((*spool)->append(std::vector<Outgoing>{{.key = "oslo", .data = "{}"}}, {}));
    EXPECT_EQ(open().error().kind, ErrorKind::unavailable) << "one process at a time";
  }
  const auto other = open("water in us-east-1");
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("air in us-east-1, for which 1 records wait"), std::string::npos)
      << other.error().message;
  NumberedSource none(0, 0);
  ASSERT_TRUE(run(none));
  EXPECT_TRUE(open("water in us-east-1")) << "an empty one may change";
}

}  // namespace
}  // namespace kinesight::stream
