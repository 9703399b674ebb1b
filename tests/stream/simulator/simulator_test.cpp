#include "stream/simulator/simulator.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "support/fake_clock.h"

namespace kinesight::stream {
namespace {

using support::FakeClock;

TEST(SimulatorTest, GivesEachRecordAtItsTime) {
  FakeClock clock(1'769'860'800.0);
  Simulator simulator({.mode = SimulatorMode::production, .rate = 2}, clock);
  for (int i = 0; i < 20; ++i) {
    const auto record = simulator.next({});
    ASSERT_TRUE(record && *record);
    EXPECT_NEAR(clock.wall_seconds() - 1'769'860'800.0, i * 0.5, 1e-5);
  }
  EXPECT_EQ(simulator.where(), "simulated record 20");
}

TEST(SimulatorTest, CatchesUpWithWhatWasAskedForLate) {
  FakeClock clock;
  Simulator simulator({.rate = 1}, clock);
  clock.advance_seconds(10);
  for (int i = 0; i <= 10; ++i) ASSERT_TRUE(simulator.next({}));
  EXPECT_NEAR(to_seconds(clock.steady().time_since_epoch()), 10, 1e-5) << "eleven records were due";
  ASSERT_TRUE(simulator.next({}));
  EXPECT_NEAR(to_seconds(clock.steady().time_since_epoch()), 11, 1e-5);
}

TEST(SimulatorTest, AtFullSpeedNobodyWaits) {
  FakeClock clock;
  Simulator simulator(
      {.pace = SimulatorPace::max, .start = "2026-01-31T12:00:00Z", .duplicates = 0, .late = 0, .broken = 0},
      clock);
  for (int i = 0; i < 100; ++i) {
    const auto record = simulator.next({});
    ASSERT_TRUE(record && *record);
    EXPECT_TRUE(
        nlohmann::json::parse(**record).at("timestamp").get<std::string>().starts_with("2026-01-31T12:00:0"));
  }
  EXPECT_EQ(clock.steady(), Clock::Steady{});
  EXPECT_EQ(simulator.made()[Made::measurement], 100u);
}

TEST(SimulatorTest, AStopEndsTheWait) {
  FakeClock clock;
  Simulator simulator({}, clock);
  std::stop_source stop;
  ASSERT_TRUE(simulator.next(stop.get_token()));
  stop.request_stop();
  const auto record = simulator.next(stop.get_token());
  ASSERT_FALSE(record);
  EXPECT_EQ(record.error().kind, ErrorKind::cancelled);
}

TEST(SimulatorOptionsTest, SharesAreNoMoreThanAll) {
  const auto broken = [](const SimulatorOptions& options) {
    return SimulatorOptions::table().rules().at(0).broken(&options).has_value();
  };
  EXPECT_FALSE(broken({}));
  EXPECT_FALSE(broken({.duplicates = 0.5, .late = 0.25, .broken = 0.25}));
  EXPECT_TRUE(broken({.duplicates = 0.98})) << "with the mode's shares of late and broken ones";
}

TEST(SimulatorOptionsTest, AStartIsATime) {
  const config::Option* row = SimulatorOptions::table().find("start");
  SimulatorOptions options;
  EXPECT_TRUE(row->assign(&options, config::Value::scalar("2026-01-31T12:00:00Z")));
  EXPECT_EQ(options.start, "2026-01-31T12:00:00Z");
  EXPECT_FALSE(row->assign(&options, config::Value::scalar("yesterday")));
}

}  // namespace
}  // namespace kinesight::stream
