#include "vision/ocr/rectify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <random>

#include "support/replay.h"

namespace kinesight::vision::ocr {
namespace {

const cv::Vec3b kRed(0, 0, 255), kGreen(0, 255, 0), kBlue(255, 0, 0), kWhite(255, 255, 255);

/// A picture with a sign on it: its quarters are red (top left), green, blue (bottom left) and white.
cv::Mat sign(const Quad& corners) {
  cv::Mat upright(60, 200, CV_8UC3), picture(300, 400, CV_8UC3, cv::Scalar::all(0));
  upright(cv::Rect(0, 0, 100, 30)) = kRed;
  upright(cv::Rect(100, 0, 100, 30)) = kGreen;
  upright(cv::Rect(0, 30, 100, 30)) = kBlue;
  upright(cv::Rect(100, 30, 100, 30)) = kWhite;
  const Quad from{{{0, 0}, {200, 0}, {200, 60}, {0, 60}}};
  cv::warpPerspective(upright, picture, cv::getPerspectiveTransform(from.data(), corners.data()),
                      picture.size(), cv::INTER_LINEAR, cv::BORDER_TRANSPARENT);
  return picture;
}

/// The colours in the middle of its quarters: top left, top right, bottom left, bottom right.
std::array<cv::Vec3b, 4> quarters(const cv::Mat& picture) {
  const auto at = [&](int x, int y) {
    return picture.at<cv::Vec3b>(picture.rows * y / 4, picture.cols * x / 4);
  };
  return {at(1, 1), at(3, 1), at(1, 3), at(3, 3)};
}

TEST(InOrder, PutsTheCornersOfATiltedTextInOrderWhateverTheirs) {
  const Quad tilted{{{20, 40}, {120, 10}, {130, 50}, {30, 80}}};
  auto corners = tilted;
  std::mt19937_64 random(support::replay_seed());
  for (int i = 0; i < 24; ++i) {
    std::ranges::shuffle(corners, random);
    EXPECT_EQ(in_order(corners), tilted);
  }
}

TEST(Rectify, StraightensASignSeenFromTheSide) {
  const Quad corners{{{50, 60}, {330, 120}, {320, 190}, {60, 160}}};
  const auto picture = rectify(sign(corners), corners);
  // As wide and high as the longer of its opposite sides.
  EXPECT_NEAR(picture.cols, 286, 1);
  EXPECT_NEAR(picture.rows, 100, 1);
  EXPECT_EQ(quarters(picture), (std::array{kRed, kGreen, kBlue, kWhite}));
}

TEST(Rectify, TurnsWhatRunsDownwardsToTheLeft) {
  const Quad corners{{{100, 50}, {160, 50}, {160, 250}, {100, 250}}};
  const auto picture = rectify(sign(corners), corners);
  EXPECT_EQ(picture.size(), cv::Size(200, 60));
  EXPECT_EQ(quarters(picture), (std::array{kGreen, kWhite, kRed, kBlue}));
}

TEST(Rectify, LeavesWhatIsHardlyHigherThanWide) {
  const Quad corners{{{100, 50}, {160, 50}, {160, 130}, {100, 130}}};
  EXPECT_EQ(rectify(sign(corners), corners).size(), cv::Size(60, 80));
}

TEST(Rectify, MakesNothingOfCornersThatEncloseNothing) {
  const cv::Mat picture(50, 50, CV_8UC3, cv::Scalar::all(9));
  EXPECT_TRUE(rectify(picture, {}).empty());
  EXPECT_TRUE(rectify(picture, {{{5, 5}, {5.5F, 5}, {5.5F, 30}, {5, 30}}}).empty());
  EXPECT_TRUE(rectify(picture, {{{0, 0}, {1e6F, 0}, {1e6F, 20}, {0, 20}}}).empty());
  EXPECT_TRUE(rectify({}, {{{0, 0}, {20, 0}, {20, 20}, {0, 20}}}).empty());
}

TEST(Rectify, RepeatsThePicturesEdgeBeyondIt) {
  const cv::Mat picture(50, 50, CV_8UC3, cv::Scalar::all(9));
  const auto beyond = rectify(picture, {{{-20, -20}, {80, -20}, {80, 70}, {-20, 70}}});
  EXPECT_EQ(cv::countNonZero(beyond.reshape(1) != 9), 0);
}

}  // namespace
}  // namespace kinesight::vision::ocr
