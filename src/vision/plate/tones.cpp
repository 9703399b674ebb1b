#include "vision/plate/tones.h"

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace kinesight::vision::plate {
namespace {

constexpr int kFewest = 8;  ///< Pixels that a tone is taken from.

/// The median colour of the pixels of `bgr` that `mask` names, `count` of them.
cv::Vec3f median(const cv::Mat& bgr, const cv::Mat& mask, int count) {
  std::array<std::array<int, 256>, 3> histograms{};
  for (int y = 0; y < bgr.rows; ++y) {
    const auto* pixels = bgr.ptr<cv::Vec3b>(y);
    const auto* taken = mask.ptr<std::uint8_t>(y);
    for (int x = 0; x < bgr.cols; ++x)
      if (taken[x])
        for (std::size_t c = 0; c < 3; ++c) ++histograms[c][pixels[x][static_cast<int>(c)]];
  }
  cv::Vec3f result;
  for (std::size_t c = 0; c < 3; ++c) {
    int seen = 0, level = 0;
    while (level < 255 && (seen += histograms[c][static_cast<std::size_t>(level)]) * 2 < count) ++level;
    result[static_cast<int>(c)] = static_cast<float>(level);
  }
  return result;
}

}  // namespace

std::optional<Tones> tones_of(const cv::Mat& bgr) {
  cv::Mat grey, bright;
  cv::cvtColor(bgr, grey, cv::COLOR_BGR2GRAY);
  cv::threshold(grey, bright, 0, 255, cv::THRESH_BINARY | cv::THRESH_OTSU);
  const int brights = cv::countNonZero(bright), all = bgr.rows * bgr.cols;
  if (brights < kFewest || all - brights < kFewest) return std::nullopt;
  return Tones{.bright = median(bgr, bright, brights),
               .dark = median(bgr, ~bright, all - brights),
               .share = static_cast<float>(brights) / static_cast<float>(all)};
}

float foreign_colour(const cv::Vec3f& colour, const Tones& tones) {
  const cv::Vec3f way = tones.dark - tones.bright, from = colour - tones.bright;
  const float length = std::max(way.dot(way), 1.0F);
  cv::Vec3f rest = from - way * (from.dot(way) / length);
  const float grey = (rest[0] + rest[1] + rest[2]) / 3;
  rest -= cv::Vec3f::all(grey);
  return std::sqrt(rest.dot(rest));
}

}  // namespace kinesight::vision::plate
