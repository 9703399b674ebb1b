// What `kinesight load-test` makes of a service's metrics: quantiles, the verdict, the search.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/load_test/search.h"

namespace kinesight::cli::load_test {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPage =
    "# TYPE frames counter\n"
    "frames{camera_id=\"a\",reason=\"too_old\"} 3\n"
    "frames{camera_id=\"b \\\"quoted\\\"\",reason=\"too_old\"} 4\n"
    "frames{camera_id=\"a\",reason=\"overload\"} 1\n"
    "plain 7.5\n"
    "no sample at all\n";

TEST(MetricsPage, AddsUpSeriesByTheirLabels) {
  const MetricsPage page(kPage);
  EXPECT_EQ(page.sum("frames"), 8);
  EXPECT_EQ(page.sum("frames", {{"camera_id", "a"}}), 4);
  EXPECT_EQ(page.sum("frames", {{"camera_id", "b \"quoted\""}}), 4);
  EXPECT_EQ(page.sum("plain"), 7.5);
  EXPECT_EQ(page.sum("absent"), 0);
  EXPECT_THAT(page.by("frames", "reason"),
              ElementsAre(std::pair("overload", 1.0), std::pair("too_old", 7.0)));
}

/// A histogram with counts up to 10, 100 and beyond, in two series.
MetricsPage histogram(int ten, int hundred, int all) {
  return MetricsPage(
      fmt::format("ms_bucket{{camera_id=\"a\",le=\"10\"}} {}\nms_bucket{{camera_id=\"a\",le=\"100\"}} {}\n"
                  "ms_bucket{{camera_id=\"a\",le=\"+Inf\"}} {}\nms_bucket{{camera_id=\"b\",le=\"10\"}} 5\n"
                  "ms_bucket{{camera_id=\"b\",le=\"100\"}} 5\nms_bucket{{camera_id=\"b\",le=\"+Inf\"}} 5\n",
                  ten, hundred, all));
}

TEST(Quantiles, AreThoseOfWhatCameInBetween) {
  const auto quantiles = quantiles_between(histogram(100, 100, 100), histogram(150, 198, 200), "ms");
  ASSERT_TRUE(quantiles);
  EXPECT_THAT(quantiles->p50, DoubleNear(10, 1e-9));
  EXPECT_THAT(quantiles->p95, DoubleNear(10 + 90 * 45 / 48., 1e-9));
  EXPECT_THAT(quantiles->p99, DoubleNear(100, 1e-9)) << "more than the last bound is all that is known";
  EXPECT_FALSE(quantiles_between(histogram(1, 1, 1), histogram(1, 1, 1), "ms"));
  EXPECT_FALSE(quantiles_between({}, {}, "ms"));
}

Measurement measured(int cameras, CameraFigures each = {.fps = 5, .processed = 50}) {
  Measurement measured;
  measured.cameras = cameras;
  measured.fps = 5;
  measured.seconds = 10;
  measured.machine_cores = 4;
  for (int i = 0; i < cameras; ++i) measured.by_camera[std::to_string(i)] = each;
  return measured;
}

TEST(LoadVerdict, SaysWhichCameraFallsBehindAndHow) {
  EXPECT_EQ(falls_behind(measured(3)), std::nullopt);
  EXPECT_EQ(falls_behind(measured(3, {.fps = 4.8, .processed = 48, .dropped = 2})), std::nullopt);
  EXPECT_THAT(*falls_behind(measured(3, {.fps = 4.7, .processed = 47})),
              HasSubstr("3 of 3 cameras fall behind: 0 got 4.70 of 5"));
  EXPECT_THAT(*falls_behind(measured(1, {.fps = 5, .processed = 40, .dropped = 10})),
              HasSubstr("lost 10 of 50"));
  EXPECT_THAT(*falls_behind(measured(1, {.fps = 5, .processed = 50, .delay_growth = 3})),
              HasSubstr("3.0 s further"));
  auto failed = measured(2);
  failed.restarts = 1;
  EXPECT_THAT(*falls_behind(failed), HasSubstr("started again 1"));
  failed.trouble = "only 1 of 2 cameras gave a frame in time";
  EXPECT_EQ(falls_behind(failed), failed.trouble);
}

TEST(LoadVerdict, SaysWhatLimits) {
  auto busy = measured(1);
  busy.cpu_cores = 3;
  busy.simulator_cores = 0.5;
  busy.busy_cores = 3.6;
  EXPECT_THAT(limit_of(busy),
              HasSubstr("CPU: 3.6 of 4 cores are busy: 3.0 with the service, 0.5 with playing"));
  busy.busy_cores = 1;
  busy.queue_wait_ms = Quantiles{.p50 = 100, .p95 = 300, .p99 = 400};
  EXPECT_THAT(limit_of(busy), HasSubstr("inference: frames wait 300 ms"));
  busy.queue_wait_ms = {};
  busy.dropped = {{"gap", 2}, {"too_old", 7}};
  EXPECT_THAT(limit_of(busy), HasSubstr("dropped as too_old"));
  busy.dropped = {};
  EXPECT_THAT(limit_of(busy), HasSubstr("not CPU"));
}

/// What a search tries on a machine on which `fit` cameras fit.
std::pair<int, std::vector<int>> searched(int first, int most, int fit) {
  std::vector<int> tried;
  const auto search = find_most(first, most, [&](int cameras) -> Result<Measurement> {
    tried.push_back(cameras);
    return cameras <= fit ? measured(cameras) : measured(cameras, {.fps = 1, .processed = 10});
  });
  return {search->fits, tried};
}

TEST(LoadSearch, DoublesThenHalves) {
  EXPECT_EQ(searched(4, 256, 21), std::pair(21, (std::vector{4, 8, 16, 32, 24, 20, 22, 21})));
  EXPECT_EQ(searched(10, 256, 0), std::pair(0, (std::vector{10, 5, 2, 1})));
  EXPECT_EQ(searched(4, 6, 100), std::pair(6, (std::vector{4, 6})));
  EXPECT_EQ(searched(10, 6, 100), std::pair(6, std::vector{6}));
  for (int fit = 0; fit < 40; ++fit) EXPECT_EQ(searched(3, 64, fit).first, fit);
}

TEST(LoadSearch, AnInterruptionEndsIt) {
  const auto search = find_most(4, 256, [](int cameras) -> Result<Measurement> {
    auto result = measured(cameras);
    result.interrupted = cameras == 8;
    return result;
  });
  EXPECT_EQ(search->fits, 4);
  EXPECT_EQ(search->trials.size(), 2u);
  EXPECT_FALSE(search->too_many);
}

}  // namespace
}  // namespace kinesight::cli::load_test
