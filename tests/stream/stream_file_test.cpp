#include "stream/stream_file.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace kinesight::stream {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Loaded<StreamFile> load(const std::string& text) {
  return parse_stream_file(text, "s.yaml", config::no_environment());
}

std::vector<std::string> problems(const std::string& text) {
  const auto file = load(text);
  std::vector<std::string> texts;
  for (const auto& problem : file ? file->warnings : file.error()) texts.push_back(to_string(problem));
  return texts;
}

/// The same, for entries of `aggregates`.
std::vector<std::string> aggregate_problems(const std::string& entries) {
  return problems("windows:\n  aggregates:\n" + entries);
}

TEST(StreamFile, NoFileAndAnEmptyOneAreTheAirQualityFeeds) {
  const auto none = load_stream_file("", config::no_environment());
  ASSERT_TRUE(none);
  const auto empty = load("");
  ASSERT_TRUE(empty);
  for (const StreamFile* file : {&*none, &*empty}) {
    EXPECT_EQ(file->kinesis.start, StartAt::latest);
    EXPECT_EQ(file->record.key, "city_id");
    EXPECT_EQ(file->windows.size_seconds, 300);
    EXPECT_EQ(file->windows.time, WindowTime::event);
    EXPECT_EQ(file->windows.aggregates, WindowOptions().aggregates);
    EXPECT_EQ(file->tables.realtime, "air-quality-realtime");
    EXPECT_EQ(file->realtime.ttl_hours, 24);
    EXPECT_THAT(file->realtime.fields, ElementsAre("city_name", "pm25_value", "pm10_value", "aqi_value",
                                                   "aqi_category", "temperature_c"));
    EXPECT_EQ(file->produce.batch_records, 500);
    EXPECT_THAT(file->warnings, IsEmpty());
  }
}

TEST(StreamFile, ReadsEverySection) {
  const auto file = load(
      "state_directory: /var/lib/k\n"
      "kinesis: {stream_name: s, region: eu-west-1, start: timestamp, start_timestamp: 2026-01-31}\n"
      "record: {key: sensor, time: at, id: [serial]}\n"
      "windows:\n"
      "  size_seconds: 60\n"
      "  slide_seconds: 20\n"
      "  time: processing\n"
      "  lateness_seconds: 1.5\n"
      "  aggregates:\n"
      "    - {name: p99, function: quantile, field: load, quantile: 0.99}\n"
      "    - {name: n, function: count}\n"
      "tables: {realtime: a, windows: b, dead_letters: c, endpoint_url: 'http://127.0.0.1:5000'}\n"
      "realtime: {fields: [load], timestamp: written, ttl_hours: 2}\n"
      "produce: {in_flight: 4}\n"
      "simulator: {mode: burst, seed: 7}\n");
  ASSERT_TRUE(file) << to_string(file.error().front());
  EXPECT_EQ(file->service.state_directory, "/var/lib/k");
  EXPECT_EQ(file->kinesis.stream_name, "s");
  EXPECT_EQ(file->kinesis.start, StartAt::timestamp);
  EXPECT_EQ(file->kinesis.start_timestamp, "2026-01-31");
  EXPECT_EQ(file->record.key, "sensor");
  EXPECT_THAT(file->record.id, ElementsAre("serial"));
  EXPECT_EQ(file->windows.slide_seconds, 20);
  EXPECT_EQ(file->windows.time, WindowTime::processing);
  EXPECT_EQ(file->windows.lateness_seconds, 1.5);
  EXPECT_THAT(file->windows.aggregates, ElementsAre(AggregateOptions{"p99", Function::quantile, "load", 0.99},
                                                    AggregateOptions{"n", Function::count, "", {}}));
  EXPECT_EQ(file->tables.dead_letters, "c");
  EXPECT_EQ(file->tables.endpoint_url, "http://127.0.0.1:5000");
  EXPECT_EQ(file->realtime.timestamp, RealtimeTimestamp::written);
  EXPECT_EQ(file->realtime.ttl_hours, 2);
  EXPECT_EQ(file->produce.in_flight, 4);
  EXPECT_EQ(file->simulator.mode, SimulatorMode::burst);
}

TEST(StreamFile, NamesWhatNobodyKnowsAndWhatWasMeant) {
  EXPECT_THAT(problems("window: {size_seconds: 60}\n"),
              ElementsAre("s.yaml:1: window: unknown key; did you mean 'windows'?"));
  EXPECT_THAT(problems("windows: {size_second: 60}\n"),
              ElementsAre("s.yaml:1: windows.size_second: unknown key; did you mean 'size_seconds'?"));
  EXPECT_THAT(aggregate_problems("    - {name: a, functoin: avg, field: x}\n"),
              Contains("s.yaml:3: windows.aggregates[0].functoin: unknown key; did you mean 'function'?"));
  EXPECT_THAT(aggregate_problems("    - {name: a, function: average, field: x}\n"),
              ElementsAre(HasSubstr("windows.aggregates[0].function: expected one of count, sum, avg")));
}

TEST(StreamFile, SaysWhatAnAggregateLacks) {
  EXPECT_THAT(aggregate_problems("    - {function: avg, field: x}\n"),
              ElementsAre(HasSubstr("s.yaml:3: windows.aggregates[0].name: expected")));
  EXPECT_THAT(aggregate_problems("    - {name: a, field: x}\n"),
              ElementsAre(HasSubstr("windows.aggregates[0].function: expected one of")));
  EXPECT_THAT(aggregate_problems("    - {name: a, function: avg}\n"),
              ElementsAre("s.yaml:3: windows.aggregates[0].field: expected the name of a field with numbers, "
                          "which every function but count needs, found ''"));
  EXPECT_THAT(aggregate_problems("    - {name: a, function: quantile, field: x}\n"),
              ElementsAre(HasSubstr("windows.aggregates[0].quantile: expected one from 0 to 1")));
}

TEST(StreamFile, RefusesQuantilesThatAreNone) {
  for (const char* quantile : {"1.01", "-0.1", "95", "p95"}) {
    EXPECT_THAT(
        aggregate_problems(
            "    - {name: a, function: quantile, field: x, quantile: " + std::string(quantile) + "}\n"),
        ElementsAre("s.yaml:3: windows.aggregates[0].quantile: expected a number from 0 to 1, found '" +
                    std::string(quantile) + "'"));
  }
  EXPECT_THAT(aggregate_problems("    - {name: a, function: max, field: x, quantile: 0.5}\n"),
              ElementsAre(HasSubstr("quantile: expected it with function: quantile alone, found '0.5'")));
}

TEST(StreamFile, RefusesTwoColumnsOfOneName) {
  EXPECT_THAT(aggregate_problems("    - {name: a, function: avg, field: x}\n"
                                 "    - {name: b, function: avg, field: y}\n"
                                 "    - {name: a, function: max, field: x}\n"),
              ElementsAre("s.yaml:5: windows.aggregates[2].name: expected a name that no other column has, "
                          "found 'a', which is on line 3 already"));
  for (const char* name : {"city_id", "window_start", "window_end"}) {
    EXPECT_THAT(aggregate_problems("    - {name: " + std::string(name) + ", function: count}\n"),
                ElementsAre(HasSubstr("which every result has already")));
  }
  EXPECT_THAT(problems("record: {key: sensor}\nwindows: {aggregates: [{name: sensor, function: count}]}\n"),
              ElementsAre(HasSubstr("which every result has already")));
}

TEST(StreamFile, WantsAListOfAggregates) {
  EXPECT_THAT(problems("windows: {aggregates: []}\n"),
              ElementsAre("s.yaml:1: windows.aggregates: expected a list of 1 to 64 aggregates, found 0 of "
                          "them"));
  EXPECT_THAT(problems("windows: {aggregates: {name: a}}\n"),
              ElementsAre(HasSubstr("expected a list of 1 to 64 aggregates, found a mapping")));
  EXPECT_THAT(problems("windows: {aggregates: [count]}\n"),
              ElementsAre(HasSubstr("windows.aggregates[0]: expected a mapping")));
}

TEST(StreamFile, RefusesWindowsThatLeaveGapsAndThoseOfTooManyParts) {
  EXPECT_THAT(problems("windows: {size_seconds: 60, slide_seconds: 61}\n"),
              ElementsAre(HasSubstr("windows.slide_seconds: expected at most size_seconds")));
  EXPECT_THAT(problems("windows: {size_seconds: 60, slide_seconds: 60}\n"), IsEmpty());
  EXPECT_THAT(problems("windows: {size_seconds: 86400, slide_seconds: 60}\n"), IsEmpty());
  EXPECT_THAT(
      problems("windows: {size_seconds: 86400, slide_seconds: 59}\n"),
      ElementsAre(HasSubstr("expected one that has with size_seconds a common divisor of at least 60")));
  EXPECT_THAT(problems("windows: {size_seconds: 0}\n"),
              ElementsAre(HasSubstr("windows.size_seconds: expected a whole number from 1 to")));
}

TEST(StreamFile, WantsATimeWithStartTimestampAndOnlyThere) {
  EXPECT_THAT(problems("kinesis: {start: timestamp}\n"),
              ElementsAre(HasSubstr("kinesis.start_timestamp: expected a time with start: timestamp")));
  EXPECT_THAT(problems("kinesis: {start: latest, start_timestamp: 2h}\n"),
              ElementsAre(HasSubstr("expected it with start: timestamp alone, found '2h'")));
  EXPECT_THAT(problems("kinesis: {start: timestamp, start_timestamp: yesterday}\n"),
              ElementsAre(HasSubstr("kinesis.start_timestamp: ")));
}

TEST(StreamFile, RefusesOneTableForTwoThings) {
  EXPECT_THAT(
      problems("tables: {windows: air-quality-realtime}\n"),
      ElementsAre(HasSubstr("expected a table for each of realtime, windows, dead_letters and shards")));
}

TEST(StreamFile, RefusesAttributesOfOneName) {
  EXPECT_THAT(problems("record: {key: ttl, id: [ttl]}\n"),
              ElementsAre(HasSubstr("record.key: expected a name")));
  EXPECT_THAT(
      problems("realtime: {optional_fields: [humidity, timestamp]}\n"),
      ElementsAre(HasSubstr("realtime.optional_fields: expected none of the table's own attributes")));
}

TEST(StreamFile, TellsOfAFileThatIsNotThere) {
  const auto file = load_stream_file("no-such-folder/stream.yaml", config::no_environment());
  ASSERT_FALSE(file);
  EXPECT_THAT(to_string(file.error().front()), HasSubstr("no-such-folder/stream.yaml"));
}

}  // namespace
}  // namespace kinesight::stream
