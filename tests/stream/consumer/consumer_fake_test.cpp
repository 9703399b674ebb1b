// The consumer over the fake Kinesis, with everything that goes wrong in a night: shards split and merged
// while they are read, throttles, iterators that expire, tables that fail, restarts at any moment, records
// that come twice, late, or broken. Every good record is in exactly one window, and every broken one among
// the letters.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "publish/kds/aggregation.h"
#include "stream/consumer/consumer.h"
#include "stream/consumer/flaky_tables.h"
#include "stream/consumer/letter.h"
#include "stream/fake_stream.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using support::FaultKind;
using testing::HasSubstr;

constexpr std::int64_t kWindowMs = 300'000;
constexpr std::int64_t kLatenessMs = 120'000;

/// What the windows of a key have to hold.
struct Expected {
  std::int64_t records = 0;
  double sum = 0, most = 0;
};

class ConsumerOnTheFake : public testing::TestWithParam<int> {
 protected:
  ConsumerOnTheFake() {
    fake_.aws.create_stream("air", 4);
    options_.windows.lateness_seconds = kLatenessMs / 1000;
    options_.consume.idle_seconds = 0;
    options_.consume.batch_records = 50;
  }

  void put(const std::string& key, const std::vector<std::string>& data) {
    const std::vector<std::string_view> views(data.begin(), data.end());
    const auto packed = data.size() > 1 ? publish::aggregate(key, views).value() : data.at(0);
    ASSERT_TRUE(fake_.kinesis.put_records("air", std::vector<aws::PutRecord>{{key, packed}}, {}));
  }

  /// Records of ten cities whose times go on, some of them a little back, some twice, some broken.
  void put_some(int count) {
    for (int i = 0; i < count; ++i) {
      const auto city = fmt::format("city-{}", rng_.integer(0, 9));
      std::vector<std::string> data;
      for (int n = rng_.chance(0.3) ? rng_.integer(2, 4) : 1; n > 0; --n) add_to(data, city);
      put(city, data);
    }
  }

  void add_to(std::vector<std::string>& data, const std::string& city) {
    now_ms_ += rng_.integer(1, 4000);
    const std::int64_t time = now_ms_ - rng_.integer(0, static_cast<int>(kLatenessMs) / 2);
    if (rng_.chance(0.05)) {
      broken_.insert(rng_.chance(0.3)
                         ? fmt::format("\xff\xfe no text {}", broken_.size())
                         : fmt::format(R"({{"city_id":"{}","broken":{}}})", city, broken_.size()));
      for (const auto& one : broken_) {
        if (!sent_broken_.insert(one).second) continue;
        data.push_back(one);
      }
      return;
    }
    const double pm25 = rng_.integer(0, 800) / 8.0;
    if (!times_.insert({city, time}).second) return add_to(data, city);
    data.push_back(record(city, time, pm25, false));
    auto& window = expected_[{city, time / kWindowMs * kWindowMs}];
    ++window.records;
    window.sum += pm25;
    window.most = std::max(window.most, pm25);
    if (rng_.chance(0.1)) data.push_back(record(city, time, pm25, rng_.chance(0.5)));
  }

  std::vector<std::string> open_shards() {
    std::vector<std::string> open;
    const auto listed = fake_.kinesis.list_shards("air", {}).value();
    for (const auto& shard : listed) {
      if (shard.open()) open.push_back(shard.id);
    }
    return open;
  }

  void reshard() {
    const auto open = open_shards();
    const auto& one = open[static_cast<std::size_t>(rng_.integer(0, static_cast<int>(open.size()) - 1))];
    if (rng_.chance(0.5) || open.size() == 1) {
      fake_.aws.split_shard("air", one);
      return;
    }
    for (const auto& other : open) {
      try {
        fake_.aws.merge_shards("air", one, other);
        return;
      } catch (const std::exception&) {  // No neighbours.
      }
    }
  }

  /// A record of the next day for each open shard: windows end by what comes after them.
  void put_tomorrow() {
    std::set<std::string> reached;
    const auto open = open_shards();
    for (int i = 0; reached.size() < open.size(); ++i) {
      const auto key = fmt::format("tomorrow-{}", i);
      const auto data = record(key, now_ms_ + 24 * 3'600'000, 1, false);
      const auto put = fake_.kinesis.put_records("air", std::vector<aws::PutRecord>{{key, data}}, {});
      ASSERT_TRUE(put);
      reached.insert(put->at(0).shard_id);
    }
  }

  /// Runs consumers one after the other, each from where the one before was kept, until all is in the tables.
  void consume(FlakyTables& tables) {
    const auto deadline = Clock::system().steady() + std::chrono::seconds(60);
    while (!complete(tables)) {
      ASSERT_LT(Clock::system().steady(), deadline)
          << tables.windows.size() << " of " << expected_.size() << " windows, " << tables.letters.size()
          << " of " << broken_.size() << " letters; the last run: " << last_;
      auto state = StreamState::open(folder_.path(), "air").value();
      std::stop_source stop;
      tables.on_put = [&] {
        if (complete(tables) || Clock::system().steady() >= deadline) stop.request_stop();
      };
      KinesisShards source(fake_.kinesis, "air");
      Consumer consumer({source, tables, state, Clock::system(), telemetry_}, options_,
                        Position::trim_horizon(), reading());
      const auto ended = consumer.run(stop.get_token());
      last_ = ended ? "stopped" : ended.error().message;
    }
  }

  bool complete(const FlakyTables& tables) const {
    return written_.load() && tables.windows.size() >= expected_.size() &&
           tables.letters.size() >= broken_.size();
  }

  ShardReaderOptions reading() {
    return {.page_records = reading_rng_.integer(1, 20),
            .shortest_pause_seconds = 0,
            .longest_pause_seconds = 0.002,
            .throttled = {.initial_seconds = 0.001, .max_seconds = 0.002},
            .failed = {.initial_seconds = 0.001, .max_seconds = 0.002}};
  }

  void expect_all(const FlakyTables& tables) const {
    for (const auto& [window, want] : expected_) {
      const auto found = tables.windows.find(window);
      ASSERT_NE(found, tables.windows.end()) << window.first << " " << window.second;
      const auto& values = found->second.values;  // avg_pm25, max_pm25, avg_aqi, max_aqi, record_count
      EXPECT_EQ(found->second.records, want.records) << window.first << " " << window.second;
      EXPECT_EQ(values.at(4), static_cast<double>(want.records));
      EXPECT_DOUBLE_EQ(values.at(0).value(), want.sum / static_cast<double>(want.records));
      EXPECT_EQ(values.at(1), want.most);
    }
    std::set<std::string> letters;
    for (const auto& [id, letter] : tables.letters) letters.insert(data_of(letter).value());
    EXPECT_EQ(letters, broken_);
    EXPECT_EQ(tables.letters.size(), broken_.size()) << "a letter came twice";
    for (const auto& [city, time] : times_) {
      EXPECT_TRUE(tables.by_time.contains({city, time / 1000})) << city << " " << time;
    }
  }

  Rng rng_{support::replay_seed()};  ///< The writer's.
  Rng reading_rng_{1};
  FakeStream fake_{{.seed = 3, .check_signatures = false}};
  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  ProcessingOptions options_;
  std::int64_t now_ms_ = Clock::system().wall_ms() - std::int64_t{3} * 24 * 3'600'000;
  std::map<std::pair<std::string, std::int64_t>, Expected> expected_;
  std::set<std::pair<std::string, std::int64_t>> times_;
  std::set<std::string> broken_, sent_broken_;
  std::string last_;                  ///< How the last consumer ended.
  std::atomic<bool> written_{false};  ///< What the writer is done with is the test's again.
};

TEST_P(ConsumerOnTheFake, EveryGoodRecordIsInOneWindowWhateverFails) {
  for (const auto& [code, probability] : {std::pair("ProvisionedThroughputExceededException", 0.05),
                                          std::pair("ExpiredIteratorException", 0.05)}) {
    fake_.aws.faults().add({.kind = FaultKind::error,
                            .service = "kinesis",
                            .action = "GetRecords",
                            .probability = probability,
                            .status = 400,
                            .code = code});
  }
  FlakyTables tables(static_cast<std::uint64_t>(rng_.integer(0, 1'000'000)));
  tables.failing = 0.03;
  for (int round = 0; round < 6; ++round) {
    put_some(rng_.integer(10, 60));
    reshard();
  }
  // The rest comes while it is read.
  std::jthread writer([this] {
    for (int round = 0; round < 4; ++round) {
      put_some(20);
      reshard();
    }
    put_tomorrow();
    written_.store(true);
  });
  consume(tables);
  expect_all(tables);
}

// Each has a seed of its own.
INSTANTIATE_TEST_SUITE_P(Runs, ConsumerOnTheFake, testing::Range(0, 100));

}  // namespace
}  // namespace kinesight::stream
