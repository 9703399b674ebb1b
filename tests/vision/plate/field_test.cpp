// What is around a text, and seals upon it.
#include "vision/plate/field.h"

#include <gtest/gtest.h>

#include "vision/plate/plate_pictures.h"
#include "vision/plate/quad.h"
#include "vision/plate/seals.h"
#include "vision/plate/tones.h"

namespace kinesight::vision::plate {
namespace {

ocr::Quad quad_of(const cv::Rect& box) {
  const auto x = static_cast<float>(box.x), y = static_cast<float>(box.y);
  const auto w = static_cast<float>(box.width), h = static_cast<float>(box.height);
  return {{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}};
}

/// Where draw_plate() writes.
ocr::Quad text_on(const cv::Rect& plate) {
  return quad_of({plate.x + 12, plate.y + 8, plate.width - 24, plate.height - 16});
}

TEST(PlateFieldTest, APlatesFieldEndsSoonOnEverySide) {
  auto picture = car();
  const auto field = field_of(picture, text_on(draw_plate(picture, "RK-755AJ", {200, 300})));
  ASSERT_TRUE(field);
  EXPECT_TRUE(field->dark_on_bright);
  EXPECT_GT(field->contrast, 150);
  EXPECT_GT(field->paper, 0.5F);
  for (const auto& side : {field->above, field->below, field->left, field->right}) {
    EXPECT_FALSE(side.open);
    EXPECT_LT(side.far, 0.7F);
  }
}

TEST(PlateFieldTest, AWallGoesOn) {
  cv::Mat wall(480, 640, CV_8UC3, kPaper);
  const int width = write(wall, "RK-755AJ", {200, 300}, 32);
  const auto field = field_of(wall, quad_of({196, 262, width + 8, 44}));
  ASSERT_TRUE(field);
  for (const auto& side : {field->above, field->below, field->left, field->right}) EXPECT_TRUE(side.open);
}

TEST(PlateFieldTest, BrightOnDarkIsTold) {
  auto picture = car();
  const auto field =
      field_of(picture, text_on(draw_plate(picture, "RK-755AJ", {200, 300}, cv::Scalar::all(15), kPaper)));
  ASSERT_TRUE(field);
  EXPECT_FALSE(field->dark_on_bright);
}

TEST(PlateFieldTest, WhereAllIsOneColourThereIsNoField) {
  const cv::Mat grey(100, 100, CV_8UC3, cv::Scalar::all(90));
  EXPECT_FALSE(field_of(grey, quad_of({20, 40, 60, 20})));
  EXPECT_FALSE(field_of(grey, quad_of({20, 40, 0, 0})));
}

/// A line as the reader gets it, 48 high, with a seal between its groups where `seal` says so.
cv::Mat line(bool seal, const cv::Scalar& paper = kPaper, const cv::Scalar& ink = kInk) {
  cv::Mat line(48, 300, CV_8UC3, paper);
  write(line, "1T4", {12, 40}, 32, ink);
  write(line, "3213", {150, 40}, 32, ink);
  if (seal) cv::circle(line, {128, 16}, 8, cv::Scalar(40, 40, 200), cv::FILLED, cv::LINE_AA);
  if (seal) cv::circle(line, {128, 34}, 8, cv::Scalar(60, 160, 40), cv::FILLED, cv::LINE_AA);
  return line;
}

double difference(const cv::Mat& a, const cv::Mat& b) { return cv::norm(a, b, cv::NORM_L1) / a.total(); }

TEST(PlateSealsTest, ASealIsPaintedOverAndTheLettersStay) {
  auto sealed = line(true);
  ASSERT_TRUE(paint_over_seals(sealed));
  EXPECT_LT(difference(sealed, line(false)), 0.5);
  EXPECT_GT(difference(line(true), line(false)), 5) << "there was something to paint over";
}

TEST(PlateSealsTest, ABandAtTheLeftIsPaintedOver) {
  auto banded = line(false);
  banded.colRange(0, 8).setTo(cv::Scalar(160, 60, 20));
  ASSERT_TRUE(paint_over_seals(banded));
  EXPECT_LT(difference(banded, line(false)), 0.5);
}

TEST(PlateSealsTest, ColouredPlatesStayAsTheyAre) {
  const cv::Scalar yellow(20, 190, 235), blue(150, 50, 20);
  for (auto plate :
       {line(false), line(false, yellow), line(false, blue, kPaper), line(false, kPaper, blue)}) {
    const cv::Mat before = plate.clone();
    EXPECT_FALSE(paint_over_seals(plate));
    EXPECT_EQ(difference(plate, before), 0);
  }
}

}  // namespace
}  // namespace kinesight::vision::plate
