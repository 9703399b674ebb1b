#include "stream/tables/measurement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace kinesight::stream {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr std::int64_t kNow = 1'700'000'000;

/// A record of the feed, with `changes` in place of its members; null takes one away.
json feed_record(const json& changes = json::object()) {
  json record = {{"city_id", "DEL"},
                 {"timestamp", "2023-11-14T22:10:00.250"},
                 {"city_name", "Delhi"},
                 {"pm25_value", 161.5},
                 {"pm10_value", 1e-5},
                 {"aqi_value", 212},
                 {"aqi_category", "Very Unhealthy"},
                 {"temperature_c", -3.0}};
  record.merge_patch(changes);
  return record;
}

Result<Measurement> read(const std::string& text, const RealtimeOptions& options = {}) {
  Parser parser;
  const auto record = parse_record(text, RecordOptions{}, {}, parser);
  if (!record) return std::unexpected(record.error());
  return measurement_of(*record, parser, options, kNow);
}

std::string reason(const json& changes, const RealtimeOptions& options = {}) {
  const auto measurement = read(feed_record(changes).dump(), options);
  if (measurement) return "no error";
  EXPECT_EQ(measurement.error().kind, ErrorKind::corrupt);
  return measurement.error().message;
}

TEST(Measurements, HaveTheFieldsOfTheFeedAsPythonWritesThem) {
  const auto measurement = read(feed_record({{"ingestion_timestamp", "2023-11-14T22:10:01"}}).dump());
  ASSERT_TRUE(measurement) << measurement.error().message;
  EXPECT_EQ(measurement->key, "DEL");
  EXPECT_EQ(measurement->timestamp, 1'699'999'800);
  EXPECT_EQ(measurement->expires, kNow + 86'400);
  EXPECT_EQ(measurement->fields, json::parse(R"({
    "city_name": {"S": "Delhi"}, "pm25_value": {"N": "161.5"}, "pm10_value": {"N": "0.00001"},
    "aqi_value": {"N": "212"}, "aqi_category": {"S": "Very Unhealthy"}, "temperature_c": {"N": "-3.0"}})"));
}

TEST(Measurements, HaveTheTimeOfWritingWhereThatIsAskedFor) {
  EXPECT_EQ(
      read(feed_record().dump(), {.timestamp = RealtimeTimestamp::written, .ttl_hours = 0.5})->timestamp,
      kNow);
  EXPECT_EQ(read(feed_record().dump(), {.ttl_hours = 0.5})->expires, kNow + 1800);
}

TEST(Measurements, KeepTruthAndFieldsThatAreOptional) {
  const RealtimeOptions options{.fields = {"indoors"}, .optional_fields = {"note", "city_name"}};
  EXPECT_EQ(read(feed_record({{"indoors", true}}).dump(), options)->fields,
            json::parse(R"({"indoors": {"BOOL": true}, "city_name": {"S": "Delhi"}})"));
  EXPECT_EQ(reason({{"indoors", false}, {"note", json::array()}}, options),
            "note: expected a string, a number, true or false, found an array");
}

TEST(Measurements, AFieldThatIsMissingOrNullIsAnError) {
  EXPECT_EQ(reason({{"pm10_value", nullptr}}), "pm10_value: expected a value, found none");
  std::string null = feed_record().dump();
  null.replace(null.find("212"), 3, "null");
  ASSERT_FALSE(read(null));
  EXPECT_EQ(read(null).error().message, "aqi_value: expected a value, found none");
}

TEST(Measurements, WhatDynamoDbCannotHoldIsAnError) {
  EXPECT_THAT(reason({{"pm25_value", 1e126}}), HasSubstr("pm25_value: expected 0 or a number from 1E-130"));
  EXPECT_THAT(reason({{"city_name", json::object({{"en", "Delhi"}})}}), HasSubstr("found an object"));
  EXPECT_EQ(reason({{"city_name", std::string(300 * 1024, 'x')}}), "no error");
  EXPECT_THAT(reason({{"city_name", std::string(401 * 1024, 'x')}}), HasSubstr("at most 409600 bytes"));
}

TEST(Measurements, NamesThatAreTheTablesOwnAreRefused) {
  EXPECT_FALSE(attribute_fault({}, {}));
  for (const char* name : {"city_id", "timestamp", "ttl"}) {
    const auto fault = attribute_fault({}, {.fields = {"city_name", name}});
    ASSERT_TRUE(fault) << name;
    EXPECT_EQ(fault->option, "realtime.fields");
    EXPECT_EQ(fault->message, std::string("expected none of the table's own attributes city_id, timestamp, "
                                          "ttl, found '") +
                                  name + "'");
    EXPECT_TRUE(attribute_fault({}, {.optional_fields = {name}})) << name;
  }
  EXPECT_TRUE(attribute_fault({}, {.fields = {"a"}, .optional_fields = {"a"}}));
  for (const char* key : {"timestamp", "ttl", "window_start", "window_end"})
    EXPECT_EQ(attribute_fault({.key = key}, {}).value().option, "record.key") << key;
}

}  // namespace
}  // namespace kinesight::stream
