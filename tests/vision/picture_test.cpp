#include "vision/picture.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "vision/pictures.h"

extern "C" {
#include <libswscale/swscale.h>
}

namespace kinesight::vision {
namespace {

/// H.273's equations in floating point.
std::array<double, 3> exact_bgr(const FrameView& view, double y, double u, double v) {
  const bool hd = view.matrix == ColorMatrix::bt709, limited = view.range == ColorRange::limited;
  const double kr = hd ? 0.2126 : 0.299, kb = hd ? 0.0722 : 0.114, kg = 1 - kr - kb;
  const double light = limited ? (y - 16) / 219 : y / 255;
  const double pb = (u - 128) / (limited ? 224 : 255), pr = (v - 128) / (limited ? 224 : 255);
  const double red = light + 2 * (1 - kr) * pr, blue = light + 2 * (1 - kb) * pb;
  const double green = (light - kr * red - kb * blue) / kg;
  const auto level = [](double part) { return std::clamp(part * 255, 0.0, 255.0); };
  return {level(blue), level(green), level(red)};
}

TEST(ToBgr, FollowsTheMatrixAndTheRangeOfTheFrame) {
  Rng rng(1);
  for (const auto matrix : {ColorMatrix::bt601, ColorMatrix::bt709}) {
    for (const auto range : {ColorRange::limited, ColorRange::full}) {
      auto picture = noise(64, 32, rng);
      picture->view.matrix = matrix;
      picture->view.range = range;
      const auto bgr = to_bgr(picture->view);
      ASSERT_EQ(bgr.size(), cv::Size(64, 32));
      for (int y = 0; y < 32; ++y) {
        for (int x = 0; x < 64; ++x) {
          const auto chroma = static_cast<std::size_t>(y / 2 * 32 + x / 2);
          const auto exact =
              exact_bgr(picture->view, picture->planes[0][static_cast<std::size_t>(y * 64 + x)],
                        picture->planes[1][chroma], picture->planes[2][chroma]);
          for (int c = 0; c < 3; ++c)
            EXPECT_NEAR(bgr.at<cv::Vec3b>(y, x)[c], exact[static_cast<std::size_t>(c)], 3.0);
        }
      }
    }
  }
}

TEST(ToBgr, AgreesWithOpenCv) {
  Rng rng(2);
  // It takes what is blacker than black for black before it adds colour; nobody sends that.
  const auto picture =
      i420(64, 48, [&](int plane, int, int) { return rng.integer(plane == 0 ? 16 : 0, 255); });
  std::vector<std::uint8_t> packed;
  for (const auto& plane : picture->planes) packed.insert(packed.end(), plane.begin(), plane.end());
  cv::Mat expected;
  cv::cvtColor(cv::Mat(48 * 3 / 2, 64, CV_8UC1, packed.data()), expected, cv::COLOR_YUV2BGR_I420);
  EXPECT_LE(cv::norm(to_bgr(picture->view), expected, cv::NORM_INF), 3);
}

#if defined(__x86_64__)
// On other processors libswscale has no such conversion, and its portable one rounds otherwise.
TEST(ToBgr, IsBitForBitWhatOpenCvsVideoCaptureGives) {
  Rng rng(7);
  const std::unique_ptr<SwsContext, decltype(&sws_freeContext)> scaler(
      sws_getContext(128, 64, AV_PIX_FMT_YUV420P, 128, 64, AV_PIX_FMT_BGR24, SWS_BICUBIC, nullptr, nullptr,
                     nullptr),
      &sws_freeContext);
  for (const auto matrix : {ColorMatrix::bt601, ColorMatrix::bt709}) {
    for (const auto range : {ColorRange::limited, ColorRange::full}) {
      const auto picture = noise(128, 64, rng);
      picture->view.matrix = matrix;
      picture->view.range = range;
      const int* table = sws_getCoefficients(matrix == ColorMatrix::bt709 ? SWS_CS_ITU709 : SWS_CS_ITU601);
      sws_setColorspaceDetails(scaler.get(), table, range == ColorRange::full, table, 1, 0, 1 << 16, 1 << 16);
      cv::Mat expected(64, 128, CV_8UC3);
      const std::uint8_t* planes[] = {picture->planes[0].data(), picture->planes[1].data(),
                                      picture->planes[2].data()};
      const int strides[] = {128, 64, 64};
      std::uint8_t* out[] = {expected.data};
      const int out_strides[] = {static_cast<int>(expected.step)};
      sws_scale(scaler.get(), planes, strides, 0, 64, out, out_strides);
      EXPECT_EQ(cv::norm(to_bgr(picture->view), expected, cv::NORM_INF), 0);
    }
  }
}
#endif

TEST(ToBgr, KnowsBlackWhiteAndGrey) {
  EXPECT_EQ(to_bgr(plain(16, 2, 16)->view).at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 0));
  EXPECT_EQ(to_bgr(plain(16, 2, 0)->view).at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 0));
  const auto white = to_bgr(plain(16, 2, 235)->view).at<cv::Vec3b>(0, 0);
  EXPECT_GE(white[0], 254);
  EXPECT_EQ(white[0], white[1]);
  EXPECT_EQ(white[1], white[2]);
  EXPECT_EQ(to_bgr(plain(16, 2, 255)->view).at<cv::Vec3b>(0, 0), cv::Vec3b(255, 255, 255));
}

TEST(ToBgr, TakesOddSizesAndReadsNotAByteTooFar) {
  Rng rng(3);
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 1}, {15, 3}, {17, 5}, {31, 7}, {33, 9}, {47, 1}}) {
    const auto picture = noise(width, height, rng);
    const auto bgr = to_bgr(picture->view);
    ASSERT_EQ(bgr.size(), cv::Size(width, height));
    const int chroma = (width + 1) / 2;
    const auto last = static_cast<std::size_t>((height - 1) / 2 * chroma + (width - 1) / 2);
    const auto exact = exact_bgr(picture->view, picture->planes[0].back(), picture->planes[1][last],
                                 picture->planes[2][last]);
    for (int c = 0; c < 3; ++c) {
      EXPECT_NEAR(bgr.at<cv::Vec3b>(height - 1, width - 1)[c], exact[static_cast<std::size_t>(c)], 3.0)
          << width << 'x' << height;
    }
  }
}

TEST(ToBgr, TakesRowsThatArePadded) {
  Rng rng(4);
  auto wide = noise(96, 8, rng);
  const cv::Mat whole = to_bgr(wide->view);
  wide->view.width = 50;  // The left part, its rows as far apart as before.
  EXPECT_EQ(cv::norm(to_bgr(wide->view), whole(cv::Rect(0, 0, 50, 8)), cv::NORM_INF), 0);
}

TEST(ToBgr, ReducesToTheWidthThatIsWanted) {
  const auto picture = plain(1920, 1080, 180, 100, 150);
  const auto tile = to_bgr(picture->view, 640);
  EXPECT_EQ(tile.size(), cv::Size(640, 360));
  EXPECT_EQ(tile.at<cv::Vec3b>(100, 100), to_bgr(picture->view).at<cv::Vec3b>(100, 100));
  EXPECT_EQ(to_bgr(picture->view, 4000).size(), cv::Size(1920, 1080)) << "never enlarged";
  Rng rng(5);
  EXPECT_EQ(to_bgr(bgr_noise(101, 51, rng)->view, 50).cols, 50);
}

TEST(ToBgr, CopiesABgrPicture) {
  Rng rng(6);
  const auto picture = bgr_noise(20, 10, rng);
  const auto copy = to_bgr(picture->view);
  EXPECT_NE(copy.data, picture->planes[0].data());
  EXPECT_TRUE(std::equal(picture->planes[0].begin(), picture->planes[0].end(), copy.data));
}

}  // namespace
}  // namespace kinesight::vision
