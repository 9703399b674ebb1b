#include "infer/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"

namespace kinesight::infer {
namespace {

using nlohmann::json;
using testing::DoubleEq;
using testing::DoubleNear;
using testing::Optional;

constexpr double kBegin = 1'700'000'000;

http::ApiCall asking(const std::string& name, const std::string& value) {
  http::ApiCall call;
  call.parameters.emplace(name, value);
  return call;
}

class HistoryTest : public testing::Test {
 protected:
  /// The history after 15 s more.
  json after_a_step() {
    clock.advance_seconds(History::kStepSeconds);
    history.look();
    return json::parse(history.json(History::kMinutes));
  }

  support::TelemetryFixture telemetry;
  telemetry::Metrics& metrics = telemetry.metrics;
  support::FakeClock clock{kBegin};
  History history{metrics, clock};
};

TEST_F(HistoryTest, CountersBecomeRatesOfTheTimeBetweenTwoLooks) {
  metrics.add(telemetry::kInferFrames, {"gate"}, 1000);
  metrics.add(telemetry::kFramesDropped, {"gate", "too_old"}, 10);
  history.look();
  metrics.add(telemetry::kInferFrames, {"gate"}, 75);
  metrics.add(telemetry::kInferEvents, {"gate", "fire"}, 1);
  metrics.add(telemetry::kInferEvents, {"gate", "smoke"}, 2);
  metrics.add(telemetry::kFramesDropped, {"gate", "too_old"}, 30);
  metrics.add(telemetry::kFramesDropped, {"yard", "too_old"}, 15);
  const json series = after_a_step()["series"];
  EXPECT_EQ(series["frames_per_second"], json({{"gate", {5.0}}}));
  EXPECT_EQ(series["events_per_minute"], json({{"gate", {12.0}}}));
  EXPECT_EQ(series["dropped_per_second"], json({{"too_old", {3.0}}}));
}

TEST_F(HistoryTest, GaugesAreShownAsTheyStand) {
  metrics.set(telemetry::kOutboxBytes, {"kds"}, 4096);
  metrics.set(telemetry::kOutboxOldest, {"kds"}, 12);
  history.look();
  const json series = after_a_step()["series"];
  EXPECT_EQ(series["outbox_bytes"], json({{"kds", {4096.0}}}));
  EXPECT_EQ(series["outbox_oldest_seconds"], json({{"kds", {12.0}}}));
}

TEST_F(HistoryTest, LatencyIsThatOfAllCamerasSinceTheLastLookAlone) {
  for (int i = 0; i < 100; ++i) metrics.observe(telemetry::kInferLatency, {"gate"}, 4000);
  history.look();
  for (int i = 0; i < 50; ++i) metrics.observe(telemetry::kInferLatency, {"gate"}, 20);
  for (int i = 0; i < 50; ++i) metrics.observe(telemetry::kInferLatency, {"yard"}, 150);
  const json latency = after_a_step()["series"]["latency_ms"];
  EXPECT_DOUBLE_EQ(latency["p50"][0], 50);   // All of the bucket from 10 to 50.
  EXPECT_DOUBLE_EQ(latency["p95"][0], 190);  // 45 of the 50 from 100 to 200.
  EXPECT_EQ(after_a_step()["series"]["latency_ms"]["p50"], json({50.0, nullptr})) << "nothing was seen";
}

TEST(CompareTest, ACounterThatBeganAgainGrewFromZero) {
  std::vector<double> before_counts(telemetry::kLatencyBucketsMs.size() + 1, 10);
  std::vector<double> now_counts(before_counts.size(), 0);
  now_counts[1] = 2;
  const Readings before{.frames = {{"gate", 1000}}, .latency_counts = before_counts};
  const Readings now{.frames = {{"gate", 30}}, .latency_counts = now_counts};
  const Point point = compare(before, now, 15);
  EXPECT_DOUBLE_EQ(point.at("frames_per_second").at("gate"), 2);
  EXPECT_DOUBLE_EQ(point.at("latency_ms").at("p50"), 30);
}

TEST_F(HistoryTest, ALineThatBeginsLateIsUnknownBefore) {
  history.look();
  after_a_step();
  metrics.add(telemetry::kInferFrames, {"late"}, 30);
  const json found = after_a_step();
  EXPECT_EQ(found["series"]["frames_per_second"]["late"], json({nullptr, 2.0}));
  EXPECT_EQ(found["times"], json({kBegin + 15, kBegin + 30}));
  EXPECT_EQ(found["step_seconds"], 15);
}

TEST_F(HistoryTest, AnHourIsKeptAndNoMore) {
  history.look();
  for (std::size_t i = 0; i < History::kPoints + 20; ++i) after_a_step();
  const json hour = json::parse(history.json(60));
  EXPECT_EQ(hour["times"].size(), 240U);
  EXPECT_EQ(hour["times"][239], kBegin + 260 * 15);
  EXPECT_EQ(json::parse(history.json(5))["times"].size(), 20U);
}

TEST_F(HistoryTest, TheRouteSaysWhichMinutesItTakes) {
  const auto route = history.route();
  EXPECT_EQ(route.handler(asking("minutes", "5")).status, 200);
  for (const char* minutes : {"0", "61", "-1", "5x", "", "99999999999"}) {
    const auto answer = route.handler(asking("minutes", minutes));
    EXPECT_EQ(answer.status, 400) << minutes;
    EXPECT_THAT(answer.body, testing::HasSubstr("minutes from 1 to 60"));
  }
  EXPECT_EQ(route.handler(asking("hours", "1")).status, 400);
}

TEST(QuantileTest, IsTheLineThroughTheBucket) {
  const std::vector<double> bounds = {10, 50, 100};
  EXPECT_THAT(quantile(0.5, bounds, std::vector<double>{0, 10, 0, 0}), Optional(DoubleEq(30)));
  EXPECT_THAT(quantile(0.99, bounds, std::vector<double>{100, 0, 0, 0}), Optional(DoubleNear(9.9, 1e-9)));
  EXPECT_THAT(quantile(0.99, bounds, std::vector<double>{1, 0, 0, 99}), Optional(DoubleEq(100)));
  EXPECT_EQ(quantile(0.5, bounds, std::vector<double>{0, 0, 0, 0}), std::nullopt);
}

}  // namespace
}  // namespace kinesight::infer
