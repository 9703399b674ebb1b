#include "sim/canvas.h"

#include <gtest/gtest.h>

#include <functional>
#include <opencv2/imgproc.hpp>
#include <ostream>

#include "base/rng.h"
#include "sim/objects/gun.h"
#include "sim/objects/knife.h"
#include "sim/objects/plate.h"

namespace kinesight::sim {
namespace {

const cv::Mat kGrey(240, 320, CV_8UC3, cv::Scalar(120, 60, 160));

/// The rectangle of all pixels in which two pictures differ clearly.
cv::Rect changed(const cv::Mat& before, const cv::Mat& after) {
  cv::Mat difference;
  cv::absdiff(before, after, difference);
  cv::transform(difference, difference, cv::Matx13f(1, 1, 1));
  return cv::boundingRect(difference > 40);
}

void expect_near(const cv::Rect& pixels, const TruthBox& box, double tolerance) {
  EXPECT_NEAR(pixels.x, box.x, tolerance);
  EXPECT_NEAR(pixels.y, box.y, tolerance);
  EXPECT_NEAR(pixels.br().x, box.x + box.w, tolerance);
  EXPECT_NEAR(pixels.br().y, box.y + box.h, tolerance);
}

struct LabelledObject {
  const char* label;
  std::function<void(Canvas&, const Pose&)> draw;
};
void PrintTo(const LabelledObject& object, std::ostream* out) { *out << object.label; }

class EveryObject : public testing::TestWithParam<LabelledObject> {};

TEST_P(EveryObject, IsWhereThePixelsChanged) {
  Rng rng(5);
  for (int k = 0; k < 20; ++k) {
    SCOPED_TRACE(k);
    Canvas canvas(kGrey);
    GetParam().draw(canvas, {{rng.uniform(100, 220), rng.uniform(90, 150)},
                             rng.uniform(50, 110),
                             rng.uniform(-3, 3),
                             rng.chance(0.5)});
    const auto boxes = canvas.truth();
    ASSERT_EQ(boxes.size(), 1U);
    EXPECT_EQ(boxes[0].label, GetParam().label);
    expect_near(changed(kGrey, canvas.picture()), boxes[0], 2);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, EveryObject,
    testing::Values(LabelledObject{"knife", [](Canvas& c, const Pose& p) { draw_knife(c, p, {}); }},
                    LabelledObject{"gun", [](Canvas& c, const Pose& p) { draw_gun(c, p, {}); }},
                    LabelledObject{"plate", [](Canvas& c, const Pose& p) { draw_plate(c, p, {}); }}),
    [](const auto& tested) { return std::string(tested.param.label); });

const Shape kSquare{{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}};

void draw_square(Canvas& canvas, Point centre, double side) {
  const Canvas::Label label(canvas, "plate", "KS 4821");
  canvas.fill({centre, side}, kSquare, rgb(255, 255, 255));
}

TEST(Canvas, BoxEndsWhereSomethingStandsBeforeTheObject) {
  Canvas canvas(kGrey);
  draw_square(canvas, {160, 120}, 80);
  canvas.fill({{200, 120}, 80}, kSquare, rgb(0, 0, 0));  // Hides the right half.
  ASSERT_EQ(canvas.truth().size(), 1U);
  const TruthBox box = canvas.truth()[0];
  EXPECT_NEAR(box.x, 120, 1);
  EXPECT_NEAR(box.w, 40, 2);
  EXPECT_NEAR(box.h, 80, 2);
  EXPECT_EQ(box.text, "KS 4821");
}

TEST(Canvas, WhatIsMostlyHiddenHasNoBox) {
  Canvas canvas(kGrey);
  draw_square(canvas, {160, 120}, 80);
  canvas.fill({{180, 120}, 100}, kSquare, rgb(0, 0, 0));
  EXPECT_TRUE(canvas.truth().empty());
}

TEST(Canvas, WhatIsMostlyOutsideHasNoBox) {
  Canvas canvas(kGrey);
  draw_square(canvas, {-20, 120}, 80);
  EXPECT_TRUE(canvas.truth().empty());
}

TEST(Canvas, BoxIsCutAtTheEdgeOfThePicture) {
  Canvas canvas(kGrey);
  draw_square(canvas, {0, 120}, 80);
  ASSERT_EQ(canvas.truth().size(), 1U);
  EXPECT_EQ(canvas.truth()[0].x, 0);
  EXPECT_NEAR(canvas.truth()[0].w, 40, 2);
}

TEST(Canvas, TranslucentObjectLeavesTheOneBehindItsBox) {
  Canvas canvas(kGrey);
  draw_square(canvas, {160, 120}, 80);
  {
    const Canvas::Label label(canvas, "smoke");
    canvas.blend({100, 60, 120, 120}, cv::Mat(4, 4, CV_8UC3, rgb(90, 90, 90)),
                 cv::Mat(4, 4, CV_8UC1, cv::Scalar(150)));
  }
  const auto boxes = canvas.truth();
  ASSERT_EQ(boxes.size(), 2U);
  EXPECT_NEAR(boxes[0].w, 80, 2);
  EXPECT_EQ(boxes[1].label, "smoke");
  EXPECT_NEAR(boxes[1].w, 120, 1);
}

}  // namespace
}  // namespace kinesight::sim
