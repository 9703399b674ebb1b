#include "stream/record/record.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace kinesight::stream {
namespace {

constexpr std::int64_t kNoonMs = 1'769'860'800'000;  // 2026-01-31T12:00:00Z

/// A record of the feed with `members` ("\"a\": 1, ") before what every one must have.
std::string with(const std::string& members) {
  return "{" + members + R"("city_id": "BKK", "timestamp": "2026-01-31T12:00:00"})";
}

std::string timed(const std::string& time) { return R"({"city_id": "BKK", "timestamp": )" + time + "}"; }

class ParseRecord : public ::testing::Test {
 protected:
  Result<Record> parse(const std::string& json) { return parse_record(json, options_, numbers_, parser_); }
  /// The error's text; empty when there is none.
  std::string error(const std::string& json) {
    const auto record = parse(json);
    if (record) return {};
    EXPECT_EQ(record.error().kind, ErrorKind::corrupt);
    return record.error().message;
  }
  std::int64_t time(const std::string& value) {
    const auto record = parse(timed(value));
    EXPECT_TRUE(record) << value << ": " << record.error().message;
    return record ? record->time_ms : -1;
  }
  void expect_error(const std::string& json, const std::string& part) {
    EXPECT_NE(error(json).find(part), std::string::npos) << json << ": " << error(json);
  }

  RecordOptions options_;
  std::vector<std::string> numbers_ = {"pm25_value", "aqi_value"};
  Parser parser_;
};

TEST_F(ParseRecord, ReadsARecordOfTheFeed) {
  const auto record = parse(
      R"({"city_id": "BKK", "city_name": "Bangkok", "pm25_value": 35.5, "pm10_value": 60.1, "aqi_value": 101,
          "aqi_category": "Unhealthy", "temperature_c": 31.2, "timestamp": "2026-01-31T12:00:00.250",
          "is_duplicate": true, "ingestion_timestamp": "2026-01-31T12:00:01.000500",
          "message_id": "00000000000000ff"})");
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_EQ(record->key, "BKK");
  EXPECT_EQ(record->time_ms, kNoonMs + 250);
  ASSERT_EQ(record->numbers.size(), 2u);
  EXPECT_EQ(record->numbers[0], 35.5);
  EXPECT_EQ(record->numbers[1], 101);
  EXPECT_TRUE(record->is_duplicate);
  EXPECT_EQ(record->message_id, 255u);
  EXPECT_EQ(record->ingestion_ms, kNoonMs + 1000);
}

TEST_F(ParseRecord, WhatARecordMayLackIsNotThere) {
  const auto record = parse(with(R"("pm25_value": null, "is_duplicate": null, "message_id": null, )"));
  ASSERT_TRUE(record) << record.error().message;
  EXPECT_FALSE(record->numbers[0]);
  EXPECT_FALSE(record->numbers[1]);
  EXPECT_FALSE(record->is_duplicate);
  EXPECT_FALSE(record->message_id);
  EXPECT_FALSE(record->ingestion_ms);
}

TEST_F(ParseRecord, ReadsTimesInEveryForm) {
  for (const char* value :
       {R"("2026-01-31T12:00:00")", R"("2026-01-31T12:00:00Z")", R"("2026-01-31 12:00:00")",
        R"("2026-01-31T14:30:00+02:30")", R"("2026-01-31T07:00:00-05")", "1769860800", "1769860800.0",
        "1769860800000", "1769860800000.9", "1.7698608e9"})
    EXPECT_EQ(time(value), kNoonMs) << value;
  EXPECT_EQ(time(R"("2026-01-31T12:00:00.999999")"), kNoonMs + 999);
  EXPECT_EQ(time("1769860800.001"), kNoonMs + 1) << "0.001 is no double, and must not become 0";
  EXPECT_EQ(time("1769860800.9996"), kNoonMs + 999) << "a time is never rounded into the next window";
  EXPECT_EQ(time("99999999999"), 99'999'999'999'000) << "the last that is in seconds";
  EXPECT_EQ(time("100000000000"), 100'000'000'000) << "the first that is in milliseconds";
  EXPECT_EQ(time("0"), 0);
}

TEST_F(ParseRecord, RefusesWhatIsNoTime) {
  for (const char* value : {"null", "true", "{}", "-1", "1e300", "253402300800000", "1769860800000000",
                            R"("now")", R"("5m")", R"("")", R"("1769860800")", R"("yesterday")",
                            R"("2026-02-30T00:00:00")", R"("2026-01-31T12:00:00+25:00")"})
    expect_error(timed(value), "timestamp: expected an ISO time");
  expect_error(R"({"city_id": "BKK"})", "found none");
  expect_error(timed(R"("yesterday")"), "found the string 'yesterday'");
  expect_error(timed("\"" + std::string(100'000, 'x') + "\""), "…");
}

TEST_F(ParseRecord, AKeyIsAStringOrAnInteger) {
  const auto key = [&](const std::string& value) {
    const auto record = parse(R"({"timestamp": 1, "city_id": )" + value + "}");
    return record ? std::string(record->key) : "error: " + record.error().message;
  };
  EXPECT_EQ(key("42"), "42");
  EXPECT_EQ(key("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(key(R"("M\u00fcnchen \"1\"")"), "München \"1\"");
  EXPECT_EQ(key("\"" + std::string(256, 'k') + "\""), std::string(256, 'k'));
  for (const char* value : {"null", "1.5", "true", "[1]", R"({"a": 1})", R"("")"})
    EXPECT_NE(key(value).find("error: city_id: expected a string"), std::string::npos) << value << key(value);
  EXPECT_NE(key("\"" + std::string(257, 'k') + "\"").find("error: city_id"), std::string::npos);
}

TEST_F(ParseRecord, ANumberIsANumber) {
  const auto pm25 = [&](const std::string& value) {
    const auto record = parse(with(R"("pm25_value": )" + value + ", "));
    return record ? record->numbers[0] : std::nullopt;
  };
  EXPECT_EQ(pm25("-0.5e1"), -5);
  EXPECT_EQ(pm25("18446744073709551615"), 18446744073709551615.0);
  expect_error(with(R"("pm25_value": "35.5", )"), "pm25_value: expected a number, found the string '35.5'");
  for (const char* value : {"true", "[1]", "{}", R"("")"})
    expect_error(with(R"("pm25_value": )" + std::string(value) + ", "), "pm25_value: expected a number");
}

TEST_F(ParseRecord, AMessageIdThatIsNotOursIsHashed) {
  const auto id = [&](const std::string& value) {
    const auto record = parse(with(R"("message_id": ")" + value + R"(", )"));
    EXPECT_TRUE(record);
    return record->message_id;
  };
  EXPECT_EQ(id("0123456789abcdef"), 0x0123456789abcdefu);
  EXPECT_NE(id("0123456789ABCDEF"), 0x0123456789abcdefu) << "another text is another id";
  EXPECT_EQ(id("abc"), 0xba7816bf8f01cfeau) << "SHA-256(\"abc\"), FIPS 180-2, B.1";
  EXPECT_NE(id("a"), id("b"));
}

TEST_F(ParseRecord, WhoSaysThatItIsADuplicateSaysItPlainly) {
  EXPECT_TRUE(parse(with(R"("is_duplicate": 1, )"))->is_duplicate);
  EXPECT_FALSE(parse(with(R"("is_duplicate": false, )"))->is_duplicate);
  EXPECT_FALSE(parse(with(R"("is_duplicate": 0, )"))->is_duplicate);
  expect_error(with(R"("is_duplicate": "false", )"), "is_duplicate: expected true or false");
}

TEST_F(ParseRecord, GoesByTheFieldsOfTheConfiguration) {
  options_ = {.key = "sensor", .time = "at", .id = {"sensor"}};
  const auto record = parse(R"({"sensor": "s1", "at": 5, "city_id": "BKK", "timestamp": 7})");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->key, "s1");
  EXPECT_EQ(record->time_ms, 5000);
}

TEST_F(ParseRecord, RefusesWhatIsNoObject) {
  expect_error("", "no JSON");
  expect_error("   ", "no JSON");
  expect_error("[]", "expected a JSON object, found an array");
  expect_error("3.50", "expected a JSON object, found the number 3.5");
  expect_error("{} {}", "no JSON");
  expect_error(with("").substr(0, 30), "no JSON");
}

TEST_F(ParseRecord, RefusesWhatIsHostile) {
  std::string deep(100'000, '[');
  expect_error(with("\"a\": " + deep + ", "), "no JSON");
  expect_error(with("\"a\": " + std::string(40, '[') + std::string(40, ']') + ", "), "no JSON");
  EXPECT_EQ(error(with("\"a\": " + std::string(20, '[') + std::string(20, ']') + ", ")), "");
  expect_error(with("\"a\": \"" + std::string(kMaxRecordBytes, 'x') + "\", "), "at most 1048576 bytes");
  expect_error(with("\"a\": \"\xFF\xFE\", "), "no JSON");
  expect_error(with("\"a\": \"\x01\", "), "no JSON");
  for (const char* half : {R"("\ud800")", R"("\udc00")", R"("\ud800\u0041")"})
    expect_error(with(R"("a": )" + std::string(half) + ", "), "no JSON");
  for (const char* value : {"NaN", "nan", "Infinity", "-Infinity", "1e999", "1.", ".5", "01", "0x1", "+1",
                            "36893488147419103232", "undefined", "'a'"})
    expect_error(with(R"("extra": )" + std::string(value) + ", "), "no JSON");
  expect_error(with(R"("city_id": "LON", )"), "expected each member once, found 'city_id' twice");
  expect_error(with(R"("x": 1, "\u0078": 2, )"), "found 'x' twice");
}

TEST_F(ParseRecord, ManyMembersAreManyNotEndless) {
  const auto members = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "\"m" + std::to_string(i) + "\": 1, ";
    return text;
  };
  EXPECT_EQ(error(with(members(998))), "");
  expect_error(with(members(999)), "at most 1000 members");
  expect_error(with(members(200) + "\"m77\": 2, "), "found 'm77' twice");
}

TEST_F(ParseRecord, ARecordSaysNothingOfTheOneBefore) {
  ASSERT_TRUE(parse(with(R"("pm25_value": 7, "is_duplicate": true, "message_id": "a", )")));
  EXPECT_NE(error("{"), "");
  const auto record = parse(with(""));
  ASSERT_TRUE(record);
  EXPECT_FALSE(record->numbers[0]);
  EXPECT_FALSE(record->is_duplicate);
  EXPECT_FALSE(record->message_id);
}

}  // namespace
}  // namespace kinesight::stream
