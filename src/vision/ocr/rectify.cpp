#include "vision/ocr/rectify.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace kinesight::vision::ocr {
namespace {

/// What is so much higher than wide is text that runs downwards. PaddleOCR's figure.
constexpr double kLyingDown = 1.5;
/// The longest side of a picture that comes out, pixels. No text needs more, and memory has a bound.
constexpr int kLongestSide = 8192;

int length(const cv::Point2f& from, const cv::Point2f& to) { return static_cast<int>(cv::norm(to - from)); }

}  // namespace

Quad in_order(const Quad& points) {
  Quad sorted = points;
  std::ranges::stable_sort(sorted, {}, &cv::Point2f::x);
  if (sorted[0].y > sorted[1].y) std::swap(sorted[0], sorted[1]);
  if (sorted[2].y > sorted[3].y) std::swap(sorted[2], sorted[3]);
  return {sorted[0], sorted[2], sorted[3], sorted[1]};
}

cv::Mat rectify(const cv::Mat& bgr, const Quad& corners) {
  const auto& [top_left, top_right, bottom_right, bottom_left] = corners;
  const int width = std::max(length(top_left, top_right), length(bottom_left, bottom_right));
  const int height = std::max(length(top_left, bottom_left), length(top_right, bottom_right));
  if (bgr.empty() || width < 1 || height < 1 || std::max(width, height) > kLongestSide) return {};

  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const Quad upright{{{0, 0}, {w, 0}, {w, h}, {0, h}}};
  cv::Mat picture;
  cv::warpPerspective(bgr, picture, cv::getPerspectiveTransform(corners.data(), upright.data()),
                      {width, height}, cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  if (height >= kLyingDown * width) cv::rotate(picture, picture, cv::ROTATE_90_COUNTERCLOCKWISE);
  return picture;
}

}  // namespace kinesight::vision::ocr
