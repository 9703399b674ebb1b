#include "stream/windows/windows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "support/replay.h"

namespace kinesight::stream {
namespace {

using Numbers = std::vector<std::optional<double>>;

/// pm25 is field 0, aqi field 1.
const std::vector<Aggregate> kAirQuality = {{"avg_pm25", Function::avg, 0},
                                            {"max_pm25", Function::max, 0},
                                            {"avg_aqi", Function::avg, 1},
                                            {"max_aqi", Function::max, 1},
                                            {"record_count", Function::count}};
constexpr std::int64_t kMinute = 60'000;

std::vector<WindowResult> ended(Windows& windows, std::int64_t watermark_ms) {
  std::vector<WindowResult> results;
  windows.end(watermark_ms, [&](WindowResult result) { results.push_back(std::move(result)); });
  return results;
}

TEST(Windows, CountARecordInTheWindowOfItsTime) {
  Windows windows({}, kAirQuality);
  EXPECT_EQ(windows.add("paris", 5 * kMinute, Numbers{10, 40}, 1), Taken::counted);
  EXPECT_EQ(windows.add("paris", 10 * kMinute - 1, Numbers{20, 50}, 2), Taken::counted);
  EXPECT_EQ(windows.add("paris", 10 * kMinute, Numbers{90, 99}, 3), Taken::counted) << "of the next one";
  EXPECT_EQ(windows.add("oslo", 7 * kMinute, Numbers{4, 9}, 4), Taken::counted);
  EXPECT_TRUE(ended(windows, 10 * kMinute - 1).empty());
  const std::vector<WindowResult> expected = {{"oslo", 5 * kMinute, 10 * kMinute, 1, {4, 4, 9, 9, 1}},
                                              {"paris", 5 * kMinute, 10 * kMinute, 2, {15, 20, 45, 50, 2}}};
  EXPECT_EQ(ended(windows, 10 * kMinute), expected);
  EXPECT_TRUE(ended(windows, 10 * kMinute).empty()) << "each once";
  EXPECT_EQ(windows.open_keys(), 1U);
}

TEST(Windows, KeepALateRecordOutOfWhatHasEnded) {
  Windows windows({}, kAirQuality);
  (void)ended(windows, 10 * kMinute);
  EXPECT_EQ(windows.add("paris", 10 * kMinute - 1, Numbers{1, 1}, 1), Taken::late);
  EXPECT_EQ(windows.add("paris", 10 * kMinute, Numbers{1, 1}, 2), Taken::counted);
  EXPECT_EQ(windows.open_panes(), 1U) << "nothing is kept of the late one";
}

TEST(Windows, CountARecordThatComesTwiceOnce) {
  Windows windows({}, kAirQuality);
  EXPECT_EQ(windows.add("paris", 1000, Numbers{1, 1}, 7), Taken::counted);
  EXPECT_EQ(windows.add("paris", 1000, Numbers{1, 1}, 7), Taken::duplicate);
  EXPECT_EQ(windows.add("paris", 1000, Numbers{1, 1}, 0), Taken::counted) << "nobody knows which one it is";
  EXPECT_EQ(windows.add("paris", 1000, Numbers{1, 1}, 0), Taken::counted);
  EXPECT_EQ(ended(windows, 5 * kMinute).at(0).records, 3);
}

TEST(Windows, TakeNoKeyTooManyUntilOthersHaveEnded) {
  Windows windows({.size_ms = 10, .slide_ms = 10}, {{"count", Function::count, 0}}, false, 2);
  const Numbers none(1);
  EXPECT_EQ(windows.add("a", 1, none, 1), Taken::counted);
  EXPECT_EQ(windows.add("b", 1, none, 2), Taken::counted);
  EXPECT_EQ(windows.add("c", 1, none, 3), Taken::full);
  EXPECT_EQ(windows.add("a", 11, none, 4), Taken::full) << "of another window it is another";
  EXPECT_EQ(windows.add("a", 2, none, 5), Taken::counted) << "who is there goes on";
  EXPECT_EQ(windows.open_keys(), 2U);
  EXPECT_EQ(ended(windows, 10).size(), 2U);
  EXPECT_EQ(windows.open_keys(), 0U);
  EXPECT_EQ(windows.add("c", 11, none, 3), Taken::counted);
}

TEST(Windows, LieAtMultiplesOfTheirSlideBeforeTheEpochToo) {
  Windows windows({}, kAirQuality);
  windows.add("paris", -1, Numbers{1, 1}, 0);
  EXPECT_EQ(ended(windows, 0).at(0).start_ms, -5 * kMinute);
}

TEST(Windows, HaveNoValueWhereNoRecordHadTheField) {
  Windows windows({}, {{"avg", Function::avg, 0},
                       {"min", Function::min, 0},
                       {"first", Function::first, 0},
                       {"median", Function::quantile, 0, 0.5},
                       {"sum", Function::sum, 0},
                       {"with", Function::count, 0},
                       {"all", Function::count}});
  windows.add("paris", 0, Numbers{std::nullopt}, 0);
  const Numbers expected = {std::nullopt, std::nullopt, std::nullopt, std::nullopt, 0, 0, 1};
  EXPECT_EQ(ended(windows, 5 * kMinute).at(0).values, expected);
}

TEST(Windows, AddSumsAsIfInMoreDigits) {
  Windows windows({}, {{"sum", Function::sum, 0}});
  for (const double number : {1e16, 1.0, 1.0, -1e16}) windows.add("k", 0, Numbers{number}, 0);
  EXPECT_EQ(ended(windows, 5 * kMinute).at(0).values[0], 2.0);
}

// The same by the definition alone: every record in every window that holds its time.

struct Sample {
  std::string key;
  std::int64_t event_ms = 0;
  std::optional<double> number{};
  std::uint64_t id = 0;
};

class ByDefinition {
 public:
  explicit ByDefinition(const WindowShape& shape) : shape_(shape) {}

  Taken add(const Sample& sample) {
    const auto starts = windows_of(sample.event_ms);
    if (std::ranges::all_of(starts, [&](auto start) { return start + shape_.size_ms <= ended_; }))
      return Taken::late;
    if (sample.id != 0 && !ids_.insert(sample.id).second) return Taken::duplicate;
    for (const auto start : starts)
      if (start + shape_.size_ms > ended_) windows_[{start, sample.key}].push_back(sample);
    return Taken::counted;
  }

  std::vector<WindowResult> end(std::int64_t watermark) {
    std::vector<WindowResult> results;
    while (!windows_.empty() && windows_.begin()->first.first + shape_.size_ms <= watermark) {
      const auto& [window, samples] = *windows_.begin();
      results.push_back({window.second, window.first, window.first + shape_.size_ms,
                         static_cast<std::int64_t>(samples.size()), values(samples)});
      windows_.erase(windows_.begin());
    }
    ended_ = std::max(ended_, watermark);
    return results;
  }

 private:
  std::vector<std::int64_t> windows_of(std::int64_t time) const {
    std::vector<std::int64_t> starts;
    for (std::int64_t start = -100 * shape_.slide_ms; start <= time; start += shape_.slide_ms)
      if (time < start + shape_.size_ms) starts.push_back(start);
    return starts;
  }

  static Numbers values(const std::vector<Sample>& samples) {
    std::vector<Sample> with;
    for (const auto& one : samples)
      if (one.number) with.push_back(one);
    if (with.empty()) return {0, 0, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt};
    const auto by_time = [](const Sample& a, const Sample& b) {
      return std::pair(a.event_ms, *a.number) < std::pair(b.event_ms, *b.number);
    };
    const auto by_number = [](const Sample& a, const Sample& b) { return *a.number < *b.number; };
    long double sum = 0;
    for (const auto& one : with) sum += *one.number;
    const auto count = static_cast<double>(with.size());
    return {count,
            static_cast<double>(sum),
            static_cast<double>(sum / static_cast<long double>(count)),
            std::ranges::min_element(with, by_number)->number,
            std::ranges::max_element(with, by_number)->number,
            std::ranges::min_element(with, by_time)->number,
            std::ranges::max_element(with, by_time)->number};
  }

  const WindowShape shape_;
  std::int64_t ended_ = std::numeric_limits<std::int64_t>::min();
  std::map<std::pair<std::int64_t, std::string>, std::vector<Sample>> windows_;
  std::set<std::uint64_t> ids_;
};

void expect_alike(const std::vector<WindowResult>& found, const std::vector<WindowResult>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].key, expected[i].key);
    EXPECT_EQ(found[i].start_ms, expected[i].start_ms);
    EXPECT_EQ(found[i].end_ms, expected[i].end_ms);
    EXPECT_EQ(found[i].records, expected[i].records);
    for (std::size_t j = 0; j < expected[i].values.size(); ++j) {
      ASSERT_EQ(found[i].values[j].has_value(), expected[i].values[j].has_value()) << j;
      EXPECT_NEAR(found[i].values[j].value_or(0), expected[i].values[j].value_or(0), 1e-9) << j;
    }
  }
}

TEST(Windows, AreAsTheirDefinitionSays) {
  std::mt19937_64 random(support::replay_seed());
  for (int round = 0; round < 300; ++round) {
    WindowShape shape{.size_ms = 1 + static_cast<std::int64_t>(random() % 40)};
    shape.slide_ms = random() % 2 ? shape.size_ms : 1 + static_cast<std::int64_t>(random() % shape.size_ms);
    Windows windows(shape, {{"count", Function::count, 0},
                            {"sum", Function::sum, 0},
                            {"avg", Function::avg, 0},
                            {"min", Function::min, 0},
                            {"max", Function::max, 0},
                            {"first", Function::first, 0},
                            {"last", Function::last, 0}});
    ByDefinition plain(shape);
    std::int64_t watermark = -20;
    std::vector<Sample> sent;
    for (int i = 0; i < 200; ++i) {
      Sample sample{.key = std::string(1, static_cast<char>('a' + random() % 4)),
                    .event_ms = watermark + static_cast<std::int64_t>(random() % 80) - 20,
                    .id = random() % 8 ? random() : 0};
      if (random() % 10) sample.number = static_cast<double>(random() % 1000) / 8 - 60;
      if (!sent.empty() && random() % 6 == 0) sample = sent[random() % sent.size()];
      sent.push_back(sample);
      ASSERT_EQ(windows.add(sample.key, sample.event_ms, Numbers{sample.number}, sample.id),
                plain.add(sample));
      if (random() % 20 != 0) continue;
      watermark += static_cast<std::int64_t>(random() % 30);
      expect_alike(ended(windows, watermark), plain.end(watermark));
    }
    expect_alike(ended(windows, 100'000), plain.end(100'000));
    EXPECT_EQ(windows.open_panes(), 0U);
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace kinesight::stream
