#include "vision/letterbox.h"

#include <gtest/gtest.h>

#include <opencv2/imgproc.hpp>

#include "vision/picture.h"
#include "vision/pictures.h"

namespace kinesight::vision {
namespace {

constexpr InputConvention kBgrLevels = {.blue_first = true, .scale = 1, .placement = Placement::top_left};

TEST(Letterbox, PlacesTheFrameAsTheExportersDo) {
  const auto hd = Letterbox::fit(1920, 1080, 640, 640, Placement::centre);
  EXPECT_EQ(std::tuple(hd.left, hd.top, hd.width, hd.height), std::tuple(0, 140, 640, 360));

  const auto odd = Letterbox::fit(500, 375, 640, 640, Placement::centre);
  EXPECT_EQ(std::tuple(odd.left, odd.top, odd.width, odd.height), std::tuple(0, 80, 640, 480));

  const auto portrait =
      Letterbox::fit(333, 1000, 640, 640, Placement::centre);  // 213.12 wide: 213.5 pixels each side.
  EXPECT_EQ(std::tuple(portrait.left, portrait.top, portrait.width, portrait.height),
            std::tuple(213, 0, 213, 640));

  // 432 x (416 / 768) is 233.99999999999997 in a double: YOLOX's own code rounds it down.
  const auto yolox = Letterbox::fit(768, 432, 416, 416, Placement::top_left);
  EXPECT_EQ(std::tuple(yolox.left, yolox.top, yolox.width, yolox.height), std::tuple(0, 0, 416, 233));
  EXPECT_EQ(Letterbox::fit(768, 432, 416, 416, Placement::centre).height, 234);
}

TEST(Letterbox, FitsFramesOfAnySize) {
  Rng rng(11);
  for (int i = 0; i < 1000; ++i) {
    const int width = rng.integer(1, 8000), height = rng.integer(1, 8000);
    const int to_width = 32 * rng.integer(1, 40), to_height = 32 * rng.integer(1, 40);
    for (const auto placement : {Placement::centre, Placement::top_left}) {
      const auto place = Letterbox::fit(width, height, to_width, to_height, placement);
      ASSERT_GE(place.left, 0);
      ASSERT_GE(place.top, 0);
      ASSERT_GE(std::min(place.width, place.height), 1);
      ASSERT_LE(place.left + place.width, to_width);
      ASSERT_LE(place.top + place.height, to_height);
      ASSERT_TRUE(place.width >= to_width - 1 || place.height >= to_height - 1) << "one side fills the input";
    }
  }
}

TEST(Letterbox, ThereAndBackIsTheSameBox) {
  Rng rng(12);
  for (int i = 0; i < 1000; ++i) {
    const int width = rng.integer(16, 4000), height = rng.integer(16, 4000);
    for (const auto placement : {Placement::centre, Placement::top_left}) {
      const auto place = Letterbox::fit(width, height, 640, 480, placement);
      const Box box{static_cast<float>(rng.uniform(0, width)), static_cast<float>(rng.uniform(0, height)),
                    static_cast<float>(rng.uniform(0, width)), static_cast<float>(rng.uniform(0, height))};
      const Box again = place.to_frame(place.to_input(box));
      ASSERT_NEAR(again.x, box.x, 0.05);
      ASSERT_NEAR(again.y, box.y, 0.05);
      ASSERT_NEAR(again.w, box.w, 0.05);
      ASSERT_NEAR(again.h, box.h, 0.05);
    }
  }
}

TEST(Letterbox, ABoxIsWhereItsPixelsAre) {
  // A white rectangle in the frame, found again by its pixels in the input and mapped back: within half an
  // input pixel.
  const Box drawn{400, 300, 600, 200};
  const auto picture = i420(1920, 1080, [&](int plane, int x, int y) {
    const bool inside = x >= drawn.x && x < drawn.x + drawn.w && y >= drawn.y && y < drawn.y + drawn.h;
    return plane > 0 ? 128 : inside ? 235 : 16;
  });
  std::vector<float> input(3 * 320 * 256);
  Letterboxer letterboxer;
  const auto place = letterboxer.fill(picture->view, {}, 320, 256, input);
  const cv::Mat red(256, 320, CV_32FC1, input.data());
  const auto seen = cv::boundingRect(cv::Mat(red > 0.5));
  const Box found = place.to_frame({float(seen.x), float(seen.y), float(seen.width), float(seen.height)});
  const float half_pixel = 0.5F * 1920 / 320;
  EXPECT_NEAR(found.x, drawn.x, half_pixel);
  EXPECT_NEAR(found.y, drawn.y, half_pixel);
  EXPECT_NEAR(found.x + found.w, drawn.x + drawn.w, half_pixel);
  EXPECT_NEAR(found.y + found.h, drawn.y + drawn.h, half_pixel);
}

/// The input as a BGR picture of levels, made the long way: a whole BGR picture, then cv::resize.
cv::Mat the_long_way(const FrameView& view, const Letterbox& place, int width, int height) {
  cv::Mat expected(height, width, CV_8UC3, cv::Scalar::all(114)), reduced;
  cv::resize(to_bgr(view), reduced, {place.width, place.height}, 0, 0, cv::INTER_LINEAR);
  reduced.copyTo(expected(cv::Rect(place.left, place.top, place.width, place.height)));
  return expected;
}

cv::Mat as_picture(std::vector<float>& input, int width, int height) {
  const std::size_t plane = input.size() / 3;
  std::vector<cv::Mat> planes;
  for (std::size_t i = 0; i < 3; ++i) planes.emplace_back(height, width, CV_32FC1, input.data() + i * plane);
  cv::Mat merged, levels;
  cv::merge(planes, merged);
  merged.convertTo(levels, CV_8UC3);
  return levels;
}

TEST(Letterboxer, GivesThePixelsOfOpenCvsResizeWithoutAWholeBgrPicture) {
  Rng rng(13);
  Letterboxer letterboxer;  // One for all: what it keeps of one size must not show in the next.
  for (const auto& [width, height] :
       {std::pair{768, 432}, {1920, 1080}, {641, 359}, {128, 128}, {64, 36}, {50, 333}, {7, 3}, {1, 1}}) {
    for (const bool planar : {true, false}) {
      const auto picture = planar ? noise(width, height, rng) : bgr_noise(width, height, rng);
      std::vector<float> input(3 * 160 * 128, -1.0F);
      const auto place = letterboxer.fill(picture->view, kBgrLevels, 160, 128, input);
      EXPECT_EQ(
          cv::norm(as_picture(input, 160, 128), the_long_way(picture->view, place, 160, 128), cv::NORM_INF),
          0)
          << width << " x " << height << (planar ? " i420" : " bgr24");
    }
  }
}

TEST(Letterboxer, CentresOnGreyAndPutsRedFirstForUltralytics) {
  const auto red = plain(64, 32, 81, 90, 240);  // BT.601's red.
  std::vector<float> input(3 * 64 * 64, -1.0F);
  Letterboxer letterboxer;
  letterboxer.fill(red->view, {}, 64, 64, input);
  const auto at = [&](int plane, int x, int y) {
    return input[static_cast<std::size_t>((plane * 64 + y) * 64 + x)];
  };
  for (int plane = 0; plane < 3; ++plane) {
    EXPECT_FLOAT_EQ(at(plane, 0, 0), 114.0F / 255);
    EXPECT_FLOAT_EQ(at(plane, 63, 15), 114.0F / 255);
    EXPECT_FLOAT_EQ(at(plane, 0, 48), 114.0F / 255);
    EXPECT_FLOAT_EQ(at(plane, 63, 63), 114.0F / 255);
  }
  EXPECT_NEAR(at(0, 32, 16), 1, 0.02);
  EXPECT_NEAR(at(1, 32, 47), 0, 0.02);
  EXPECT_NEAR(at(2, 0, 30), 0, 0.02);
}

}  // namespace
}  // namespace kinesight::vision
