#include "vision/plate/quad.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace kinesight::vision::plate {
namespace {

constexpr int kWidest = 40;  ///< Of a picture, in heights.

float distance(const cv::Point2f& a, const cv::Point2f& b) { return static_cast<float>(cv::norm(b - a)); }

/// One pixel's way from `a` to `b`.
cv::Point2f unit(const cv::Point2f& a, const cv::Point2f& b) {
  return (b - a) * (1 / std::max(distance(a, b), 1e-6F));
}

}  // namespace

Extent extent_of(const ocr::Quad& quad) {
  return {.width = std::max(distance(quad[0], quad[1]), distance(quad[3], quad[2])),
          .height = std::max(distance(quad[0], quad[3]), distance(quad[1], quad[2]))};
}

ocr::Quad grown(const ocr::Quad& quad, float sideways, float upright) {
  const auto top = unit(quad[0], quad[1]) * sideways, bottom = unit(quad[3], quad[2]) * sideways;
  const auto left = unit(quad[0], quad[3]) * upright, right = unit(quad[1], quad[2]) * upright;
  return {quad[0] - top - left, quad[1] + top - right, quad[2] + bottom + right, quad[3] - bottom + left};
}

cv::Mat straightened(const cv::Mat& bgr, const ocr::Quad& quad, int height) {
  const auto extent = extent_of(quad);
  const float scale = static_cast<float>(height) / std::max(extent.height, 1.0F);
  const int width = std::clamp(static_cast<int>(std::lround(extent.width * scale)), 4, kWidest * height);
  const auto w = static_cast<float>(width), h = static_cast<float>(height);
  const ocr::Quad upright{{{0, 0}, {w, 0}, {w, h}, {0, h}}};
  cv::Mat picture;
  cv::warpPerspective(bgr, picture, cv::getPerspectiveTransform(quad.data(), upright.data()), {width, height},
                      cv::INTER_CUBIC, cv::BORDER_REPLICATE);
  return picture;
}

Box box_around(const ocr::Quad& quad) {
  const auto [left, right] = std::ranges::minmax({quad[0].x, quad[1].x, quad[2].x, quad[3].x});
  const auto [top, bottom] = std::ranges::minmax({quad[0].y, quad[1].y, quad[2].y, quad[3].y});
  return {left, top, right - left, bottom - top};
}

}  // namespace kinesight::vision::plate
