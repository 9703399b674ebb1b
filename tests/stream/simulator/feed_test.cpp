#include "stream/simulator/feed.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "stream/record/stamp.h"
#include "stream/simulator/aqi.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

using nlohmann::json;
constexpr std::int64_t kMidnightMs = 1'769'817'600'000;  // 2026-01-31T00:00:00Z, a Saturday
constexpr std::int64_t kDayMs = 86'400'000;

class FeedTest : public ::testing::Test {
 protected:
  std::optional<Record> read(const std::string& text) {
    auto record = parse_record(text, {}, numbers_, parser_);
    return record ? std::optional(*record) : std::nullopt;
  }

  const std::vector<std::string> numbers_ = {"pm25_value", "pm10_value", "aqi_value", "temperature_c"};
  Parser parser_;
};

TEST_F(FeedTest, TheSameSeedMakesTheSameAndAnotherDoesNot) {
  const auto seed = support::replay_seed();
  AirQualityFeed one({}, seed, kMidnightMs), same({}, seed, kMidnightMs), other({}, seed + 1, kMidnightMs);
  int equal = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto record = one.next(), again = same.next();
    ASSERT_EQ(record.json, again.json);
    ASSERT_EQ(record.at_us, again.at_us);
    equal += record.json == other.next().json;
  }
  EXPECT_LT(equal, 100);
}

TEST_F(FeedTest, SharesAreThoseThatWereAskedFor) {
  const auto seed = support::replay_seed();
  FeedShape shape;
  shape.duplicates = 0.2;
  shape.late = 0.1;
  shape.broken = 0.05;
  AirQualityFeed feed(shape, seed, kMidnightMs);
  constexpr int count = 20'000;
  std::map<Made, double> found;
  for (int i = 0; i < count; ++i) found[feed.next().made] += 1.0 / count;
  // Six standard deviations of a share are less than 0.02.
  EXPECT_NEAR(found[Made::flagged_duplicate], 0.1, 0.02);
  EXPECT_NEAR(found[Made::silent_duplicate], 0.1, 0.02);
  EXPECT_NEAR(found[Made::late], 0.1, 0.02);
  EXPECT_NEAR(found[Made::broken], 0.05, 0.02);
}

TEST_F(FeedTest, EveryRecordIsWhatItIsSaidToBe) {
  const auto seed = support::replay_seed();
  FeedShape shape;
  shape.rate = 2000;  // More than one a millisecond.
  shape.broken = 0.1;
  shape.max_late_seconds = 120;
  AirQualityFeed feed(shape, seed, kMidnightMs);
  std::set<std::string> ids;
  std::map<Made, int> count;
  for (int i = 0; i < 20'000; ++i) {
    const auto made = feed.next();
    ++count[made.made];
    const auto record = read(made.json);
    ASSERT_EQ(record.has_value(), made.made != Made::broken) << made.json;
    if (!record) continue;
    EXPECT_EQ(record->is_duplicate, made.made == Made::flagged_duplicate) << made.json;
    const std::int64_t behind_ms = made.at_us / 1000 - record->time_ms;
    const bool on_time = std::abs(behind_ms) <= 1, late = behind_ms >= 29'999 && behind_ms <= 120'001;
    EXPECT_TRUE(made.made != Made::measurement || on_time) << made.json;
    EXPECT_TRUE(made.made != Made::late || late) << behind_ms;
    const bool duplicate = made.made == Made::flagged_duplicate || made.made == Made::silent_duplicate;
    EXPECT_EQ(ids.insert(message_id(made.json, {}, parser_).value()).second, !duplicate) << made.json;
  }
  EXPECT_EQ(count.size(), 5u) << "each kind was there";
}

TEST_F(FeedTest, MeasurementsArePlausible) {
  const auto seed = support::replay_seed();
  FeedShape shape;
  shape.rate = 0.25;
  shape.cities = 40;
  AirQualityFeed feed(shape, seed, kMidnightMs);
  std::set<std::string> ids;
  for (int i = 0; i < 20'000; ++i) {
    const auto made = feed.next();
    if (made.made != Made::measurement) continue;
    const auto record = json::parse(made.json);
    ids.insert(record.at("city_id"));
    const double pm25 = record.at("pm25_value"), temperature = record.at("temperature_c");
    EXPECT_TRUE(pm25 >= 0.5 && pm25 <= 900) << made.json;
    EXPECT_GT(record.at("pm10_value").get<double>(), pm25) << made.json;
    EXPECT_EQ(record.at("aqi_value"), aqi_of_pm25(pm25).value) << made.json;
    EXPECT_EQ(record.at("aqi_category"), aqi_of_pm25(pm25).category) << made.json;
    EXPECT_TRUE(temperature > -40 && temperature < 55) << made.json;
    EXPECT_FALSE(record.at("city_name").get<std::string>().empty());
    EXPECT_EQ(record.size(), 8u) << made.json;
  }
  EXPECT_EQ(ids.size(), 40u);
}

TEST_F(FeedTest, ADayHasItsUpsAndDowns) {
  const auto seed = support::replay_seed();
  FeedShape shape;
  shape.rate = 0.5;
  shape.duplicates = shape.late = shape.broken = 0;
  AirQualityFeed feed(shape, seed, kMidnightMs);
  // Sums by the hour of London, whose solar time is UTC, over ten days.
  std::array<double, 24> particles{}, warmth{}, count{};
  for (auto made = feed.next(); made.at_us < (kMidnightMs + 10 * kDayMs) * 1000; made = feed.next()) {
    const auto record = read(made.json);
    ASSERT_TRUE(record);
    if (record->key != "LON") continue;
    const auto hour = static_cast<std::size_t>((record->time_ms - kMidnightMs) % kDayMs / 3'600'000);
    particles[hour] += *record->numbers[0];
    warmth[hour] += *record->numbers[3];
    count[hour] += 1;
  }
  const auto mean = [&](const auto& sums, std::size_t hour) { return sums[hour] / count[hour]; };
  EXPECT_GT(mean(particles, 8), 1.1 * mean(particles, 14));
  EXPECT_GT(mean(particles, 20), 1.1 * mean(particles, 3));
  EXPECT_GT(mean(warmth, 15), mean(warmth, 3) + 4);
}

TEST_F(FeedTest, RecordsComeAtTheirRate) {
  FeedShape shape;
  shape.rate = 4;
  AirQualityFeed feed(shape, 1, kMidnightMs);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(feed.next().at_us, kMidnightMs * 1000 + i * 250'000);
}

TEST_F(FeedTest, ABurstIsTenTimesAsMany) {
  AirQualityFeed feed(shape_of({.mode = SimulatorMode::burst, .rate = 6}), 1, kMidnightMs);
  std::map<std::int64_t, int> in_second;
  for (auto made = feed.next(); made.at_us < (kMidnightMs + 120'000) * 1000; made = feed.next())
    ++in_second[made.at_us / 1'000'000 - kMidnightMs / 1000];
  ASSERT_EQ(in_second.size(), 120u);
  for (const auto& [second, count] : in_second) EXPECT_NEAR(count, second % 60 < 50 ? 6 : 60, 1) << second;
}

}  // namespace
}  // namespace kinesight::stream
