#include "vision/ocr/text_boxes.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

namespace kinesight::vision::ocr {
namespace {

/// A map of scores with rectangles of text on it.
class TextBoxesTest : public testing::Test {
 protected:
  void draw(const cv::Rect& where, float score) { map_(where) = score; }
  std::vector<TextBox> boxes(const TextDetectorOptions& options = {}) const {
    return text_boxes(map_, map_.size(), options);
  }

  cv::Mat map_ = cv::Mat::zeros(160, 320, CV_32F);
};

TEST_F(TextBoxesTest, GrowsWhatTheModelDrewByAreaTimesRatioByCircumference) {
  draw({100, 60, 100, 20}, 0.9F);
  const auto found = boxes();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(found[0].score, 0.9F, 0.1F);  // Dilated it is 101 x 21: a few pixels of 0 belong to it.
  const float by = 100 * 20 * 1.6F / 240;
  EXPECT_NEAR(found[0].corners[0].x, 100 - by, 1.5);
  EXPECT_NEAR(found[0].corners[0].y, 60 - by, 1.5);
  EXPECT_NEAR(found[0].corners[2].x, 200 + by, 1.5);
  EXPECT_NEAR(found[0].corners[2].y, 80 + by, 1.5);
}

TEST_F(TextBoxesTest, FollowsATiltedText) {
  const cv::RotatedRect tilted({160, 80}, {120, 20}, 20);
  std::array<cv::Point2f, 4> drawn;
  tilted.points(drawn.data());
  std::vector<cv::Point> outline(drawn.begin(), drawn.end());
  cv::fillPoly(map_, std::vector{outline}, cv::Scalar(0.8));
  const auto found = boxes();
  ASSERT_EQ(found.size(), 1U);
  const auto top = found[0].corners[1] - found[0].corners[0];
  EXPECT_NEAR(std::atan2(top.y, top.x) * 180 / CV_PI, 20, 1.5);
}

TEST_F(TextBoxesTest, LeavesOutWhatIsFaintOrTiny) {
  draw({20, 20, 100, 20}, 0.4F);   // Pixels of text, but a box of less than 0.5.
  draw({20, 60, 100, 20}, 0.29F);  // No pixels of text.
  draw({20, 100, 60, 1}, 0.9F);    // Too low.
  EXPECT_TRUE(boxes().empty());
  EXPECT_EQ(boxes({.box_threshold = 0.35F}).size(), 1U);
  EXPECT_EQ(boxes({.pixel_threshold = 0.2F, .box_threshold = 0.2F}).size(), 2U);
}

TEST_F(TextBoxesTest, GivesCornersInPixelsOfThePictureAndInsideOfIt) {
  draw({0, 0, 320, 30}, 0.9F);
  const auto found = text_boxes(map_, {640, 480}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].corners[0], cv::Point2f(0, 0));
  EXPECT_EQ(found[0].corners[1].x, 639);
  EXPECT_NEAR(found[0].corners[3].y, (30 + 22) * 3, 6);
}

TEST_F(TextBoxesTest, ListsLinesFromTheTopAndEachFromTheLeft) {
  draw({200, 20, 60, 12}, 0.9F);
  draw({40, 24, 60, 12}, 0.9F);
  draw({100, 90, 60, 12}, 0.9F);
  const auto found = boxes();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_LT(found[0].corners[0].x, 60);
  EXPECT_GT(found[1].corners[0].x, 150);
  EXPECT_GT(found[2].corners[0].y, 60);
}

TEST_F(TextBoxesTest, HasABound) {
  map_ = cv::Mat::zeros(1000, 1000, CV_32F);
  for (int y = 0; y < 1000; y += 20) {
    for (int x = 0; x < 1000; x += 20) draw({x, y, 10, 10}, 0.9F);
  }
  EXPECT_EQ(boxes().size(), 1000U);
}

}  // namespace
}  // namespace kinesight::vision::ocr
