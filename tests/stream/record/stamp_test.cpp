#include "stream/record/stamp.h"

#include <gtest/gtest.h>

#include <string>

namespace kinesight::stream {
namespace {

constexpr double kNow = 1'769'860'800.25;
constexpr std::string_view kNowText = "2026-01-31T12:00:00.250000";

class Stamp : public ::testing::Test {
 protected:
  Stamped stamped(const std::string& json) {
    auto result = stamp(json, options_, kNow, parser_);
    EXPECT_TRUE(result) << json << ": " << result.error().message;
    return result.value_or(Stamped{});
  }
  std::string id(const std::string& json) { return message_id(json, options_, parser_).value_or("error"); }

  RecordOptions options_;
  Parser parser_;
};

TEST_F(Stamp, AddsTwoMembersAndTouchesNothingElse) {
  const std::string json =
      "  {\"timestamp\":\t1e0 ,\"city_id\" : \"M\\u00fcnchen\",\"pm25_value\":3.1400 \n} ";
  const std::string data = stamped(json).data;
  const std::size_t brace = json.rfind('}');
  EXPECT_EQ(data.substr(0, brace), json.substr(0, brace));
  EXPECT_EQ(data.substr(brace), ", \"ingestion_timestamp\": \"" + std::string(kNowText) +
                                    "\", \"message_id\": \"" + id(json) + "\"} ");
}

TEST_F(Stamp, AnEmptyRecordGetsThemToo) {
  EXPECT_EQ(id("{}"), "78c3777a9b4d2d05") << "SHA-256 of None_None, by Python's hashlib";
  EXPECT_EQ(stamped("{}").data,
            R"({"ingestion_timestamp": "2026-01-31T12:00:00.250000", "message_id": "78c3777a9b4d2d05"})");
  EXPECT_EQ(id("{}"), id(R"({"city_id": null, "timestamp": "None"})"));
}

TEST_F(Stamp, ReplacesWhatIsThereInItsPlace) {
  const auto data =
      stamped(
          R"({"message_\u0069d": {"a": ["}", "\"]"]} , "b": [1, {"message_id": 2}], "ingestion_timestamp":null})")
          .data;
  EXPECT_EQ(data, R"({"message_\u0069d": ")" + id("{}") +
                      R"(" , "b": [1, {"message_id": 2}], "ingestion_timestamp":")" + std::string(kNowText) +
                      "\"}");
}

TEST_F(Stamp, ReplacesOneAndAddsTheOther) {
  EXPECT_EQ(stamped(R"({"message_id": 1, "b": "}"})").data, R"({"message_id": ")" + id("{}") +
                                                                R"(", "b": "}", "ingestion_timestamp": ")" +
                                                                std::string(kNowText) + "\"}");
}

TEST_F(Stamp, WhatIsStampedIsTheSameRecord) {
  const std::string json = R"({"city_id": "BKK", "timestamp": "2026-01-31T12:00:00", "pm25_value": 3.5})";
  const std::vector<std::string> numbers = {"pm25_value"};
  const auto again = stamped(stamped(json).data).data;
  const auto record = parse_record(again, options_, numbers, parser_);
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->numbers[0], 3.5);
  EXPECT_EQ(record->ingestion_ms, 1'769'860'800'250);
  EXPECT_EQ(fmt::format("{:016x}", record->message_id.value()), id(json));
}

TEST_F(Stamp, ThePartitionKeyIsTheKeyOrDefault) {
  EXPECT_EQ(stamped(R"({"city_id": "BKK"})").partition_key, "BKK");
  EXPECT_EQ(stamped(R"({"city_id": 42})").partition_key, "42");
  for (const char* json : {"{}", R"({"city_id": null})", R"({"city_id": ""})", R"({"city_id": true})"})
    EXPECT_EQ(stamped(json).partition_key, "default") << json;
  EXPECT_EQ(stamped(R"({"city_id": ")" + std::string(257, 'k') + "\"}").partition_key, "default");
}

TEST_F(Stamp, RefusesWhatHasNoId) {
  for (const char* json : {"", "[]", R"({"city_id": ["a"]})", R"({"timestamp": {}})", R"({"a": NaN})"}) {
    const auto result = stamp(json, options_, kNow, parser_);
    ASSERT_FALSE(result) << json;
    EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  }
  EXPECT_EQ(stamp(R"({"city_id": ["a"]})", options_, kNow, parser_).error().message,
            "city_id: expected a string or a number, found an array");
}

TEST(IsoformatUtc, LeavesOutAFractionOfNothing) {
  EXPECT_EQ(isoformat_utc(1'769'860'800), "2026-01-31T12:00:00");
  EXPECT_EQ(isoformat_utc(kNow), kNowText);
  EXPECT_EQ(isoformat_utc(0), "1970-01-01T00:00:00");
}

}  // namespace
}  // namespace kinesight::stream
