// Polygons: which corners are refused, and why.
#include "config/polygon.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

namespace kinesight::config {
namespace {

using testing::HasSubstr;

std::string fault(const std::vector<RelativePoint>& corners) {
  return polygon_fault(corners).value_or("none");
}

std::vector<RelativePoint> circle(int corners) {
  std::vector<RelativePoint> points;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    points.push_back({0.5 + 0.4 * std::cos(angle), 0.5 + 0.4 * std::sin(angle)});
  }
  return points;
}

TEST(Polygon, GoodOnes) {
  EXPECT_EQ(fault({{0, 0}, {1, 0}, {1, 1}}), "none");
  EXPECT_EQ(fault({{0, 0.5}, {1, 0.5}, {1, 1}, {0, 1}}), "none");
  EXPECT_EQ(fault({{0, 1}, {1, 1}, {1, 0.5}, {0, 0.5}}), "none") << "the other way round";
  EXPECT_EQ(fault({{0.1, 0.1}, {0.5, 0.1}, {0.9, 0.1}, {0.5, 0.9}}), "none") << "a corner on a straight side";
  EXPECT_EQ(fault({{0, 0}, {1, 0}, {1, 1}, {0.6, 1}, {0.6, 0.4}, {0.4, 0.4}, {0.4, 1}, {0, 1}}), "none");
  EXPECT_EQ(fault(circle(1000)), "none");
}

TEST(Polygon, CountOfCorners) {
  EXPECT_EQ(fault({}), "expected 3 to 1000 corners, found 0");
  EXPECT_EQ(fault({{0, 0}, {1, 1}}), "expected 3 to 1000 corners, found 2");
  EXPECT_EQ(fault(circle(1001)), "expected 3 to 1000 corners, found 1001");
}

TEST(Polygon, CornersInThePicture) {
  EXPECT_EQ(fault({{0, 0}, {1.2, 0}, {1, 1}}),
            "expected shares of the picture from 0 to 1, found corner 2: [1.2, 0]");
  EXPECT_THAT(fault({{0, 0}, {1, 0}, {1, -0.1}}), HasSubstr("corner 3: [1, -0.1]"));
  EXPECT_THAT(fault({{640, 360}, {1, 0}, {1, 1}}), HasSubstr("corner 1: [640, 360]"));
}

TEST(Polygon, CornersOnce) {
  EXPECT_THAT(fault({{0, 0}, {1, 0}, {1, 0}, {1, 1}}), HasSubstr("found [1, 0] as corners 2 and 3"));
  EXPECT_THAT(fault({{0, 0}, {1, 0}, {1, 1}, {0, 0}}), HasSubstr("found [0, 0] as corners 4 and 1"))
      << "closed, as GeoJSON has it";
}

TEST(Polygon, SidesThatCrossOrTouch) {
  EXPECT_EQ(fault({{0, 0}, {1, 1}, {1, 0}, {0, 1}}),
            "expected sides that neither cross nor touch each other, found that those from corner 1 to 2 and "
            "from corner 3 to 4 do")
      << "a bow tie";
  EXPECT_THAT(fault({{0, 0}, {0.5, 0.5}, {1, 0}, {1, 1}, {0.5, 0.5}, {0, 1}}),
              HasSubstr("neither cross nor touch"))
      << "two triangles that share a corner";
  EXPECT_THAT(fault({{0, 0}, {1, 0}, {1, 1}, {0.5, 0}, {0, 1}}), HasSubstr("neither cross nor touch"))
      << "a corner on another side";
  EXPECT_THAT(fault({{0, 0}, {1, 0}, {0.5, 0}, {0.5, 1}}),
              HasSubstr("from corner 1 to 2 and from corner 2 to 3"))
      << "there and back";
  EXPECT_THAT(fault({{0, 0}, {0.5, 0}, {0.5, 0.5}, {1, 0}}),
              HasSubstr("from corner 1 to 2 and from corner 4 to 1"))
      << "back over the first corner";
  EXPECT_THAT(fault({{0, 0}, {0.5, 0.5}, {1, 1}}), HasSubstr("neither cross nor touch")) << "all on one line";
}

TEST(Polygon, EnclosesAnArea) {
  EXPECT_EQ(fault({{0.5, 0.5}, {0.501, 0.5}, {0.501, 0.501}}),
            "expected corners that enclose an area, found 5e-07 of the picture");
  EXPECT_EQ(fault({{0.5, 0.5}, {0.502, 0.5}, {0.502, 0.502}}), "none");
}

}  // namespace
}  // namespace kinesight::config
