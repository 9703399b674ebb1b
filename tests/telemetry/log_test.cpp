#include "telemetry/log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

namespace kinesight::telemetry {
namespace {

/// What `write` puts on stdout, line by line.
std::vector<std::string> lines_of(LogFormat format, Level level, const std::function<void(Log&)>& write) {
  testing::internal::CaptureStdout();
  {
    Log log("kvs_infer", format, level, stdout);
    write(log);
    log.flush();
  }
  std::istringstream text(testing::internal::GetCapturedStdout());
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TEST(Log, AJsonLineHasItsFieldsInOrder) {
  const auto lines = lines_of(LogFormat::json, Level::info, [](Log& log) {
    log.info("Detections: 2 events", {.camera_id = "camera_1", .latency_ms = 87.5, .event_count = 2});
  });
  ASSERT_EQ(lines.size(), 1u);
  const auto line = nlohmann::ordered_json::parse(lines[0]);
  std::vector<std::string> keys;
  for (const auto& [key, value] : line.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"timestamp", "level", "logger", "message", "module", "function",
                                            "line", "camera_id", "latency_ms", "event_count"}));
  EXPECT_TRUE(std::regex_match(line["timestamp"].get<std::string>(),
                               std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})")));
  EXPECT_EQ(line["level"], "INFO");
  EXPECT_EQ(line["logger"], "kvs_infer.log_test");
  EXPECT_EQ(line["message"], "Detections: 2 events");
  EXPECT_EQ(line["module"], "log_test");
  EXPECT_EQ(line["function"], "TestBody");
  EXPECT_GT(line["line"], 0);
  EXPECT_EQ(line["camera_id"], "camera_1");
  EXPECT_EQ(line["latency_ms"], 87.5);
  EXPECT_EQ(line["event_count"], 2);
}

TEST(Log, FieldsThatAreNotSetDoNotAppear) {
  const auto lines = lines_of(LogFormat::json, Level::info, [](Log& log) { log.info("started"); });
  EXPECT_FALSE(nlohmann::json::parse(lines.at(0)).contains("camera_id"));
}

TEST(Log, ALineStaysALineWhateverTheMessageHolds) {
  const auto lines = lines_of(LogFormat::json, Level::info,
                              [](Log& log) { log.info("two\nlines, a \"quote\" and {} \xff"); });
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(nlohmann::json::parse(lines[0])["message"], "two\nlines, a \"quote\" and {} \xEF\xBF\xBD");
}

TEST(Log, LinesBelowTheLevelAreLeftOut) {
  const auto lines = lines_of(LogFormat::json, Level::warning, [](Log& log) {
    log.info("no");
    log.debug("no");
    log.warning("yes");
    log.error("yes");
  });
  EXPECT_EQ(lines.size(), 2u);
}

TEST(Log, TextIsForPeople) {
  const auto lines = lines_of(LogFormat::text, Level::info,
                              [](Log& log) { log.info("Worker started", {.camera_id = "front"}); });
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("Worker started  camera_id=front"), std::string::npos) << lines[0];
}

TEST(Log, LevelsAreReadInEitherCaseAndNothingElse) {
  EXPECT_EQ(parse_level("DEBUG"), Level::debug);
  EXPECT_EQ(parse_level("critical"), Level::critical);
  ASSERT_FALSE(parse_level("LOUD"));
  EXPECT_NE(parse_level("LOUD").error().message.find("WARNING"), std::string::npos);
}

}  // namespace
}  // namespace kinesight::telemetry
