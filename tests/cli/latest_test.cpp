// kinesight latest --local.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command_line.h"
#include "stream/tables/local_tables.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::cli {
namespace {

using nlohmann::json;
using stream::Measurement;
using testing::HasSubstr;

class LatestTest : public testing::Test {
 protected:
  LatestTest() {
    std::ofstream(config()) << "state_directory: " << (folder_.path() / "state").string()
                            << "\nrecord: {key: station, id: [station]}\nrealtime: {fields: [level, note]}\n";
  }
  std::string config() const { return (folder_.path() / "stream.yaml").string(); }
  Ran latest(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"latest", "--local", "--config", config()});
    return kinesight_run(arguments);
  }
  void write(const std::vector<Measurement>& measurements) {
    auto tables =
        stream::LocalTables::open(folder_.path() / "state", {.key = "station", .aggregates = {}}, telemetry_);
    ASSERT_TRUE(tables.value()->put_measurements(measurements, {}));
  }
  static json fields(const std::string& level, const std::string& note) {
    return {{"level", {{"N", level}}}, {"note", {{"S", note}}}};
  }

  const std::int64_t now_ = Clock::system().wall_ms() / 1000;
  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
};

TEST_F(LatestTest, ShowsTheNewestFirstWithTheDigitsThatAreStored) {
  write({{"a", 1'700'000'000, now_ + 1000, fields("1.50", "x")},
         {"a", 1'700'000'002, now_ + 1000, fields("1E+16", "line\nbreak")},
         {"a", 1'700'000'001, now_ + 1000, {{"level", {{"N", "7"}}}, {"extra", {{"BOOL", true}}}}},
         {"a", 1'700'000'003, now_ - 10, fields("9", "gone")},
         {"b", 1'700'000'004, now_ + 1000, fields("9", "other")}});
  EXPECT_EQ(latest({"a"}).out,
            "timestamp             level  note        extra\n"
            "2023-11-14T22:13:22Z  1E+16  line break  -\n"
            "2023-11-14T22:13:21Z  7      -           true\n"
            "2023-11-14T22:13:20Z  1.50   x           -\n");
  const auto ran = latest({"a", "--limit", "1", "--json"});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.out,
            "{\"station\":\"a\",\"timestamp\":1700000002,\"level\":1E+16,\"note\":\"line\\nbreak\",\"ttl\":" +
                std::to_string(now_ + 1000) + "}\n");
}

TEST_F(LatestTest, AKeyWithoutMeasurementsHasNoRows) {
  write({{"a", 1, now_ + 1000, fields("1", "x")}});
  EXPECT_EQ(latest({"b"}).out, "timestamp  level  note\n");
  EXPECT_EQ(latest({"b", "--json"}).out, "");
  EXPECT_EQ(latest({"b"}).code, kOk);
}

TEST_F(LatestTest, SaysWhoMakesTheTables) {
  const auto ran = latest({"a"});
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(ran.err, HasSubstr("no tables yet; `kinesight consume --local` makes them"));
  EXPECT_EQ(latest({}).code, kInvalid) << "a key is needed";
}

}  // namespace
}  // namespace kinesight::cli
