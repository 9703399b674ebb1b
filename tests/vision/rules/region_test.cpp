// Regions: which boxes are in them, when they are in force, and what is said of boxes that do not count. Each
// test of region_fault fails when its rule is switched off.
#include "vision/rules/region.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <random>

#include "config/polygon.h"
#include "support/replay.h"

namespace kinesight::vision {
namespace {

using config::RegionAnchor;
using config::RegionMode;
using config::RegionOptions;
using config::RelativePoint;
using testing::HasSubstr;

constexpr int kWidth = 1000, kHeight = 500;
constexpr double kNoon = 1'750'075'200;  // Monday, the 16th of June 2025, 12:00 UTC.
constexpr double kHour = 3600;

/// The lower right quarter.
RegionOptions quarter(const std::string& name, RegionMode mode = RegionMode::include) {
  RegionOptions options;
  options.name = name;
  options.mode = mode;
  options.polygon = {{0.5, 0.5}, {1, 0.5}, {1, 1}, {0.5, 1}};
  return options;
}

Region make(const RegionOptions& options, const std::string& zone = "UTC") {
  auto region = Region::make(options, zone);
  if (!region) throw std::runtime_error(region.error().message);
  return *region;
}

/// A box of `width` x `height` pixels whose bottom center is at these shares of the frame.
Box standing_at(double x, double y, float width = 50, float height = 100) {
  return {static_cast<float>(x * kWidth) - width / 2, static_cast<float>(y * kHeight) - height, width,
          height};
}

const Box kIn = standing_at(0.75, 0.75);
const Box kOut = standing_at(0.25, 0.75);

/// What is said of `box`: "too_small: …", or "counts".
std::string said(const std::vector<Region>& regions, const Box& box, double time = kNoon) {
  const auto fault = region_fault(regions, box, kWidth, kHeight, time);
  return fault ? fmt::format("{}: {}", to_string(fault->verdict), fault->detail) : "counts";
}

TEST(Region, EverythingCountsWithoutAny) {
  EXPECT_EQ(said({}, kIn), "counts");
  EXPECT_EQ(said({}, kOut), "counts");
}

TEST(Region, IncludeKeepsOthersOut) {
  EXPECT_EQ(said({make(quarter("door"))}, kIn), "counts");
  EXPECT_EQ(said({make(quarter("door"))}, kOut),
            "outside_regions: bottom center at 0.250, 0.750 of the frame, outside include region 'door'");
}

TEST(Region, OneIncludeIsEnough) {
  RegionOptions left = quarter("left");
  left.polygon = {{0, 0.5}, {0.5, 0.5}, {0.5, 1}, {0, 1}};
  const std::vector both = {make(quarter("right")), make(left)};
  EXPECT_EQ(said(both, kIn), "counts");
  EXPECT_EQ(said(both, kOut), "counts");
  EXPECT_EQ(
      said(both, standing_at(0.75, 0.25)),
      "outside_regions: bottom center at 0.750, 0.250 of the frame, outside include region 'right' and 1 "
      "more");
}

TEST(Region, ExcludeKeepsOut) {
  const std::vector road = {make(quarter("road", RegionMode::exclude))};
  EXPECT_EQ(said(road, kIn), "excluded: in exclude region 'road'");
  EXPECT_EQ(said(road, kOut), "counts") << "where there are no include regions, the rest counts";
}

TEST(Region, ExcludeBeatsIncludeWhateverTheOrder) {
  const Region yard = make(quarter("yard")), road = make(quarter("road", RegionMode::exclude));
  EXPECT_EQ(said({yard, road}, kIn), "excluded: in exclude region 'road'");
  EXPECT_EQ(said({road, yard}, kIn), "excluded: in exclude region 'road'");
  EXPECT_EQ(said({road, yard}, kOut),
            "outside_regions: bottom center at 0.250, 0.750 of the frame, outside include region 'yard'");
}

TEST(Region, Anchors) {
  const Box tall = standing_at(0.75, 0.9, 50, 400);  // From 0.1 to 0.9 of the height.
  RegionOptions options = quarter("q");
  EXPECT_TRUE(make(options).contains(tall, kWidth, kHeight));
  options.polygon = {{0, 0.4}, {1, 0.4}, {1, 0.6}, {0, 0.6}};
  EXPECT_FALSE(make(options).contains(tall, kWidth, kHeight));
  options.anchor = RegionAnchor::center;
  EXPECT_TRUE(make(options).contains(tall, kWidth, kHeight));
  options.polygon = {{0.7, 0}, {0.8, 0}, {0.8, 0.2}, {0.7, 0.2}};
  EXPECT_FALSE(make(options).contains(tall, kWidth, kHeight));
  options.anchor = RegionAnchor::top_center;
  EXPECT_TRUE(make(options).contains(tall, kWidth, kHeight));
  EXPECT_THAT(said({make(options)}, kOut), HasSubstr("top center at 0.250, 0.550 of the frame"));
}

TEST(Region, BoxThatSticksOutOfTheFrameIsAnchoredAtItsEdge) {
  const Box below = {700, 450, 50, 80};
  EXPECT_EQ(said({make(quarter("door"))}, below), "counts");
}

TEST(Region, SizesOfInclude) {
  RegionOptions door = quarter("door");
  door.min_width = 0.05;
  door.max_width = 0.1;
  door.min_height = 0.1;
  door.max_height = 0.5;
  const auto box = [&](float width, float height) {
    return said({make(door)}, standing_at(0.75, 0.9, width, height));
  };
  EXPECT_EQ(box(20, 25), "too_small: box 0.02 x 0.05 of the frame, region 'door' wants at least 0.05 wide");
  EXPECT_EQ(box(60, 25), "too_small: box 0.06 x 0.05 of the frame, region 'door' wants at least 0.1 high");
  EXPECT_EQ(box(101, 100), "too_large: box 0.101 x 0.2 of the frame, region 'door' wants at most 0.1 wide");
  EXPECT_EQ(box(60, 300), "too_large: box 0.06 x 0.6 of the frame, region 'door' wants at most 0.5 high");
  EXPECT_EQ(box(60, 100), "counts");
  EXPECT_EQ(said({make(door), make(quarter("any size"))}, standing_at(0.75, 0.9, 20, 25)), "counts");
}

TEST(Region, SizesOfExclude) {
  RegionOptions road = quarter("road", RegionMode::exclude);
  road.max_height = 0.1;  // Small ones only: they are far away.
  EXPECT_THAT(said({make(road)}, standing_at(0.75, 0.75, 50, 50)), HasSubstr("excluded"));
  EXPECT_EQ(said({make(road)}, standing_at(0.75, 0.75, 50, 51)), "counts");
}

TEST(Region, ScheduleOfInclude) {
  RegionOptions door = quarter("door");
  door.schedule = {"Mon-Fri 22:00-06:00", "Sat,Sun"};
  const std::vector regions = {make(door, "Europe/Berlin")};
  EXPECT_EQ(said(regions, kIn),
            "off_schedule: in include region 'door', which is not in force on Mon 14:00 Europe/Berlin; its "
            "schedule: [Mon-Fri 22:00-06:00, Sat,Sun]");
  EXPECT_EQ(said(regions, kIn, kNoon + 8 * kHour), "counts") << "22:00 in Berlin";
  EXPECT_THAT(said(regions, kIn, kNoon + 8 * kHour - 1), HasSubstr("Mon 21:59 "));
  EXPECT_THAT(said(regions, kOut, kNoon), HasSubstr("outside_regions")) << "it would be wrong at any hour";
  EXPECT_EQ(said(regions, kIn, kNoon + 5 * 24 * kHour), "counts") << "Saturday";
  EXPECT_EQ(said({regions[0], make(quarter("always"))}, kIn), "counts");
}

TEST(Region, ScheduleOfExclude) {
  RegionOptions road = quarter("road", RegionMode::exclude);
  road.schedule = {"08:00-13:00"};
  EXPECT_THAT(said({make(road)}, kIn, kNoon), HasSubstr("excluded"));
  EXPECT_EQ(said({make(road)}, kIn, kNoon + kHour), "counts");
}

TEST(Region, NearestMissIsSaid) {
  RegionOptions wide = quarter("wide"), night = quarter("night"), away = quarter("away");
  wide.min_width = 0.5;
  night.schedule = {"22:00-06:00"};
  away.polygon = {{0, 0}, {0.1, 0}, {0.1, 0.1}};
  EXPECT_THAT(said({make(away), make(night), make(wide)}, kIn), HasSubstr("too_small"));
  EXPECT_THAT(said({make(away), make(night)}, kIn), HasSubstr("off_schedule"));
  EXPECT_THAT(said({make(away)}, kIn), HasSubstr("outside_regions"));
}

/// Berlin, in the nights in which clocks changed in 2025: the hour from 2 to 3 was left out on the 30th of
/// March and came twice on the 26th of October, both Sundays.
TEST(Region, ScheduleFollowsSummerTime) {
  constexpr double kSpring = 1'743'296'400, kAutumn = 1'761'440'400;  // 01:00 UTC, when they changed.
  RegionOptions options = quarter("q");
  options.schedule = {"Sun 03:00-04:00"};
  const Region three = make(options, "Europe/Berlin");
  EXPECT_FALSE(three.active(kSpring - 1));
  EXPECT_TRUE(three.active(kSpring)) << "3 o'clock follows 2 o'clock at once";
  EXPECT_TRUE(three.active(kSpring + kHour - 1));
  EXPECT_FALSE(three.active(kSpring + kHour));
  options.schedule = {"Sun 02:00-03:00"};
  const Region two = make(options, "Europe/Berlin");
  for (double t = kSpring - 3 * kHour; t < kSpring + 3 * kHour; t += 60) EXPECT_FALSE(two.active(t)) << t;
  EXPECT_FALSE(two.active(kAutumn - kHour - 1));
  EXPECT_TRUE(two.active(kAutumn - kHour));
  EXPECT_TRUE(two.active(kAutumn - 1));
  EXPECT_TRUE(two.active(kAutumn + kHour - 1)) << "the same hour again";
  EXPECT_FALSE(two.active(kAutumn + kHour));
  options.schedule = {"Sat 22:00-06:00"};
  const Region night = make(options, "Europe/Berlin");
  const auto hours = [&](double midnight_utc) {
    int active = 0;
    for (double t = midnight_utc - 12 * kHour; t < midnight_utc + 12 * kHour; t += kHour)
      active += night.active(t);
    return active;
  };
  EXPECT_EQ(hours(kSpring - kHour), 7);
  EXPECT_EQ(hours(kAutumn - kHour), 9);
  EXPECT_EQ(hours(kAutumn - kHour + 7 * 24 * kHour), 8);
}

/// Chile's clocks jump from midnight to 1 o'clock: the day begins at 1, and its night belongs to the day
/// before.
TEST(Region, ScheduleWhereMidnightIsLeftOut) {
  constexpr double kSpring = 1'757'217'600;  // The 7th of September 2025, a Sunday.
  RegionOptions options = quarter("q");
  options.schedule = {"Sat 23:00-02:00"};
  const Region night = make(options, "America/Santiago");
  EXPECT_FALSE(night.active(kSpring - kHour - 1));
  EXPECT_TRUE(night.active(kSpring - kHour));
  EXPECT_TRUE(night.active(kSpring + kHour - 1));
  EXPECT_FALSE(night.active(kSpring + kHour));
}

TEST(Region, CannotBeMade) {
  RegionOptions options = quarter("door");
  const auto message = [&](const std::string& zone) {
    const auto region = Region::make(options, zone);
    if (region) return std::string("made");
    EXPECT_EQ(region.error().kind, ErrorKind::invalid);
    return region.error().message;
  };
  EXPECT_EQ(message("Mars/Olympus"), "region 'door': there is no time zone 'Mars/Olympus'");
  options.schedule = {"never"};
  EXPECT_THAT(message("UTC"), HasSubstr("region 'door': schedule: expected days"));
  options.schedule.clear();
  options.polygon.clear();
  EXPECT_EQ(message("UTC"), "region 'door' has no polygon");
}

/// A star of corners on a grid of 64ths (exact as float and double), at random distances from its centre;
/// nothing when the grid made its sides cross.
std::optional<std::vector<RelativePoint>> random_polygon(std::mt19937_64& random) {
  const int count = std::uniform_int_distribution(3, 12)(random);
  std::uniform_real_distribution<double> angle(0, 2 * std::numbers::pi), distance(0.05, 0.5);
  std::vector<double> angles;
  for (int i = 0; i < count; ++i) angles.push_back(angle(random));
  std::ranges::sort(angles);
  std::vector<RelativePoint> corners;
  const auto grid = [](double share) { return std::round(share * 64) / 64; };
  for (const double at : angles) {
    const double r = distance(random);
    corners.push_back({grid(0.5 + r * std::cos(at)), grid(0.5 + r * std::sin(at))});
  }
  if (config::polygon_fault(corners)) return std::nullopt;
  return corners;
}

/// What OpenCV says of a point: 1 inside, 0 on the edge, -1 outside.
int opencv_side(const std::vector<RelativePoint>& polygon, double x, double y) {
  std::vector<cv::Point2f> contour;
  for (const RelativePoint& corner : polygon)
    contour.emplace_back(static_cast<float>(corner.x), static_cast<float>(corner.y));
  const double side = cv::pointPolygonTest(contour, {static_cast<float>(x), static_cast<float>(y)}, false);
  return side > 0 ? 1 : side < 0 ? -1 : 0;
}

TEST(Region, AgreesWithOpencvOnRandomPolygons) {
  std::mt19937_64 random(support::replay_seed());
  std::uniform_int_distribution cell(0, 64);
  int polygons = 0, edges = 0;
  while (polygons < 1000) {
    const auto polygon = random_polygon(random);
    if (!polygon) continue;
    ++polygons;
    RegionOptions options = quarter("random");
    options.polygon = *polygon;
    const Region region = make(options);
    std::vector<RelativePoint> points = *polygon;  // Its corners, and any points.
    for (int i = 0; i < 200; ++i) points.push_back({cell(random) / 64.0, cell(random) / 64.0});
    for (const RelativePoint& point : points) {
      const int side = opencv_side(*polygon, point.x, point.y);
      edges += side == 0;
      const Box box = {static_cast<float>(point.x), static_cast<float>(point.y), 0, 0};
      ASSERT_EQ(region.contains(box, 1, 1), side >= 0)
          << config::show(*polygon) << " and [" << point.x << ", " << point.y << "]";
    }
  }
  EXPECT_GT(edges, 3000) << "points on edges and corners are what goes wrong";
}

}  // namespace
}  // namespace kinesight::vision
