// A random feed into a fake Kinesis, whose shards are split and merged, and what is to come out of it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "publish/kds/aggregation.h"
#include "stream/consumer/flaky_tables.h"
#include "stream/consumer/letter.h"
#include "stream/fake_stream.h"

namespace kinesight::stream {

/// Into the stream "air". The windows are five minutes long, and records come so late at most.
class RandomFeed {
 public:
  static constexpr std::int64_t kWindowMs = 300'000;
  static constexpr std::int64_t kLatenessMs = 120'000;

  RandomFeed(FakeStream& stream, std::uint64_t seed) : stream_(stream), rng_(seed) {}

  /// Records of ten cities whose times go on, some of them a little back, some twice, some broken.
  void put_some(int count) {
    for (int i = 0; i < count; ++i) {
      const auto city = fmt::format("city-{}", rng_.integer(0, 9));
      std::vector<std::string> data;
      for (int n = rng_.chance(0.3) ? rng_.integer(2, 4) : 1; n > 0; --n) add_to(data, city);
      put(city, data);
    }
  }

  /// Splits a shard, or merges two.
  void reshard() {
    const auto open = open_shards();
    const auto& one = open[static_cast<std::size_t>(rng_.integer(0, static_cast<int>(open.size()) - 1))];
    if (rng_.chance(0.5) || open.size() == 1) {
      stream_.aws.split_shard("air", one);
      return;
    }
    for (const auto& other : open) {
      try {
        stream_.aws.merge_shards("air", one, other);
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
      const auto put = stream_.kinesis.put_records("air", std::vector<aws::PutRecord>{{key, data}}, {});
      ASSERT_TRUE(put);
      reached.insert(put->at(0).shard_id);
    }
  }

  /// All of it is in the tables, and nothing else among the letters.
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

  std::size_t windows() const { return expected_.size(); }
  std::size_t letters() const { return broken_.size(); }

 private:
  /// What the windows of a key have to hold.
  struct Expected {
    std::int64_t records = 0;
    double sum = 0, most = 0;
  };

  void put(const std::string& key, const std::vector<std::string>& data) {
    const std::vector<std::string_view> views(data.begin(), data.end());
    const auto packed = data.size() > 1 ? publish::aggregate(key, views).value() : data.at(0);
    ASSERT_TRUE(stream_.kinesis.put_records("air", std::vector<aws::PutRecord>{{key, packed}}, {}));
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
    const auto listed = stream_.kinesis.list_shards("air", {}).value();
    for (const auto& shard : listed) {
      if (shard.open()) open.push_back(shard.id);
    }
    return open;
  }

  FakeStream& stream_;
  Rng rng_;
  std::int64_t now_ms_ = Clock::system().wall_ms() - std::int64_t{3} * 24 * 3'600'000;
  std::map<std::pair<std::string, std::int64_t>, Expected> expected_;
  std::set<std::pair<std::string, std::int64_t>> times_;
  std::set<std::string> broken_, sent_broken_;
};

}  // namespace kinesight::stream
