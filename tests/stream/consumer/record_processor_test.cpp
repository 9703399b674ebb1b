// What a record becomes: a row, a part of a window, a dead letter, or nothing.
#include "stream/consumer/record_processor.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "stream/consumer/letter.h"

namespace kinesight::stream {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr std::int64_t kNow = 1'700'000'100'000;

class RecordProcessorTest : public testing::Test {
 protected:
  static nlohmann::json good(std::int64_t time_ms = kNow - 60'000) {
    return {{"city_id", "delhi"},
            {"timestamp", time_ms},
            {"city_name", "Delhi"},
            {"pm25_value", 180.5},
            {"pm10_value", 240},
            {"aqi_value", 231},
            {"aqi_category", "bad"},
            {"temperature_c", 31.25},
            {"message_id", std::to_string(time_ms)},
            {"ingestion_timestamp", "2023-11-14T22:14:00.250000"}};
  }

  /// As one page of shard-1, whose records arrived just now.
  void process(const std::vector<std::string>& data) {
    ShardBatch from{.shard = "shard-1"};
    std::vector<std::string> numbers;
    for (std::size_t i = 0; i < data.size(); ++i) numbers.push_back(std::to_string(next_++));
    for (std::size_t i = 0; i < data.size(); ++i) {
      from.records.push_back({.partition_key = "k",
                              .data = data[i],
                              .sequence_number = numbers[i],
                              .sub_sequence = static_cast<std::int64_t>(i),
                              .arrived_ms = kNow});
    }
    processor().process(from, kNow, windows_, marks_, batch_);
  }
  RecordProcessor& processor() {
    if (!processor_) processor_.emplace(options_, plan_.number_fields);
    return *processor_;
  }
  std::vector<WindowResult> end(std::int64_t at) {
    std::vector<WindowResult> results;
    windows_.end(at, [&](WindowResult one) { results.push_back(std::move(one)); });
    return results;
  }

  ProcessingOptions options_;
  WindowPlan plan_ = plan_of(options_.windows);
  Windows windows_{plan_.shape, plan_.aggregates};
  Watermarks marks_{60'000};
  std::optional<RecordProcessor> processor_;
  Batch batch_;
  int next_ = 100;
};

TEST_F(RecordProcessorTest, AGoodRecordIsARowAndInItsWindow) {
  marks_.open("shard-1");
  process({good().dump()});
  ASSERT_EQ(batch_.measurements.size(), 1U);
  EXPECT_EQ(batch_.measurements[0].key, "delhi");
  EXPECT_EQ(batch_.measurements[0].timestamp, (kNow - 60'000) / 1000);
  EXPECT_EQ(batch_.measurements[0].fields["pm25_value"], (nlohmann::json{{"N", "180.5"}}));
  EXPECT_EQ(batch_.ingested_ms, (std::vector<std::int64_t>{1'700'000'040'250}));
  EXPECT_EQ(marks_.of("shard-1"), kNow - 120'000);
  EXPECT_EQ(batch_.counts[RecordFate::counted], 1U);
  const auto results = end(kNow + 600'000);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].key, "delhi");
  EXPECT_EQ(results[0].start_ms, 1'699'999'800'000);
  EXPECT_EQ(results[0].values[0], 180.5);
}

TEST_F(RecordProcessorTest, DuplicatesAreSkippedWhetherTheySaySoOrNot) {
  auto marked = good();
  marked["is_duplicate"] = true;
  process({good().dump(), good().dump(), marked.dump()});
  EXPECT_EQ(batch_.measurements.size(), 1U);
  EXPECT_EQ(batch_.counts[RecordFate::duplicate], 2U);
  EXPECT_TRUE(batch_.letters.empty());
}

TEST_F(RecordProcessorTest, BrokenRecordsAreLettersThatSayWhyAndWhere) {
  auto nameless = good();
  nameless.erase("city_name");
  const std::string binary = "\xff\xfe\x01";
  process({"{not json", nameless.dump(), binary});
  EXPECT_EQ(batch_.counts[RecordFate::dead], 3U);
  ASSERT_EQ(batch_.letters.size(), 3U);
  EXPECT_EQ(batch_.letters[0].error_id, "shard-1/100/0");
  EXPECT_EQ(batch_.letters[0].record_data, "{not json");
  EXPECT_EQ(batch_.letters[0].error_timestamp, kNow / 1000);
  EXPECT_THAT(batch_.letters[1].error_message, HasSubstr("city_name"));
  EXPECT_THAT(batch_.letters[2].record_data, StartsWith("base64:"));
  EXPECT_EQ(data_of(batch_.letters[2]), binary);
  EXPECT_TRUE(end(kNow + 600'000).empty()) << "a broken record is in a window";
}

TEST_F(RecordProcessorTest, ALateRecordIsARowAndKeptAside) {
  (void)end(kNow);
  process({good(kNow - 900'000).dump()});
  EXPECT_EQ(batch_.counts[RecordFate::late], 1U);
  EXPECT_EQ(batch_.measurements.size(), 1U);
  ASSERT_EQ(batch_.letters.size(), 1U);
  EXPECT_THAT(batch_.letters[0].error_message, StartsWith("late"));
}

// It would end the windows of all others.
TEST_F(RecordProcessorTest, ARecordOfTheFutureIsALetterAndMovesNoTime) {
  marks_.open("shard-1");
  process({good(kNow + 600'001).dump()});
  EXPECT_EQ(batch_.counts[RecordFate::dead], 1U);
  EXPECT_THAT(batch_.letters.at(0).error_message, HasSubstr("at most 600 s after the record's arrival"));
  EXPECT_EQ(marks_.of("shard-1"), std::nullopt);
  process({good(kNow + 600'000).dump()});
  EXPECT_EQ(batch_.counts[RecordFate::counted], 1U);
  EXPECT_EQ(marks_.of("shard-1"), kNow - 60'000) << "time went beyond the record's arrival";
}

// Else windows would stay full for ever: what comes after them is of new keys alone.
TEST_F(RecordProcessorTest, ARecordOfAKeyTooManyIsALetterAndMovesTime) {
  Windows windows(plan_.shape, plan_.aggregates, false, 1);
  marks_.open("shard-1");
  auto other = good(kNow - 30'000);
  other["city_id"] = "lima";
  ShardBatch from{.shard = "shard-1"};
  const std::string first = good().dump(), second = other.dump();
  for (const auto& data : {std::string_view(first), std::string_view(second), std::string_view(second)})
    from.records.push_back({.partition_key = "k", .data = data, .sequence_number = "1", .arrived_ms = kNow});
  processor().process(from, kNow, windows, marks_, batch_);
  EXPECT_EQ(batch_.counts[RecordFate::counted], 1U);
  EXPECT_EQ(batch_.counts[RecordFate::dead], 2U) << "it is no duplicate of one that counts nowhere";
  EXPECT_EQ(batch_.keys_refused, 2U);
  EXPECT_EQ(batch_.measurements.size(), 1U);
  EXPECT_THAT(batch_.letters.at(0).error_message, HasSubstr("consume.max_open_keys"));
  EXPECT_EQ(marks_.of("shard-1"), kNow - 90'000);
}

TEST_F(RecordProcessorTest, ByProcessingTimeTheWindowIsThatOfNow) {
  options_.windows.time = WindowTime::processing;
  process({good(kNow - 3'600'000).dump()});
  const auto results = end(kNow + 600'000);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].start_ms, kNow / 300'000 * 300'000);
  EXPECT_EQ(batch_.measurements.at(0).timestamp, kNow / 1000 - 3600)
      << "the row has the measurement's own time";
}

}  // namespace
}  // namespace kinesight::stream
