#include "vision/plate/field.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>
#include <span>
#include <vector>

#include "vision/plate/quad.h"
#include "vision/plate/tones.h"

namespace kinesight::vision::plate {
namespace {

constexpr int kTextHeight = 20;                ///< Pixels: the picture that is looked at is that small.
constexpr int kSideways = 2 * kTextHeight;     ///< What it shows beyond the text at the sides,
constexpr int kUpright = kTextHeight * 9 / 5;  ///< and above and below.
constexpr float kEnds = 0.3F;  ///< A line of which less is paper is the field's edge, as is the next to it.

/// Which pixels have the colour of the paper: 1 or 0.
cv::Mat paper_mask(const cv::Mat& patch, const Tones& tones, float contrast) {
  cv::Mat smooth, mask(patch.size(), CV_8U);
  cv::GaussianBlur(patch, smooth, {3, 3}, 0);
  const float tolerance = std::max(18.0F, 0.38F * contrast);
  for (int y = 0; y < patch.rows; ++y)
    for (int x = 0; x < patch.cols; ++x) {
      const cv::Vec3f apart = cv::Vec3f(smooth.at<cv::Vec3b>(y, x)) - tones.paper();
      mask.at<std::uint8_t>(y, x) = cv::norm(apart, cv::NORM_INF) < tolerance;
    }
  return mask;
}

/// How far the paper goes on along `lines`, from the text outwards.
Reach reach(const std::vector<float>& lines) {
  for (std::size_t i = 1; i < lines.size(); ++i)
    if (lines[i - 1] < kEnds && lines[i] < kEnds) return {static_cast<float>(i - 1) / kTextHeight, false};
  return {static_cast<float>(lines.size()) / kTextHeight, true};
}

float share(const cv::Mat& mask) { return static_cast<float>(cv::mean(mask)[0]); }

/// The shares of paper in `count` rows of `mask` from row `first` on, upwards (`step` -1) or downwards (1).
std::vector<float> rows(const cv::Mat& mask, int first, int step, int count) {
  std::vector<float> shares;
  for (int i = 0; i < count; ++i) shares.push_back(share(mask.row(first + step * i)));
  return shares;
}

}  // namespace

std::optional<Field> field_of(const cv::Mat& bgr, const ocr::Quad& corners) {
  const auto extent = extent_of(corners);
  const float pixel = extent.height / kTextHeight;
  const auto patch =
      straightened(bgr, grown(corners, kSideways * pixel, kUpright * pixel), kTextHeight + 2 * kUpright);
  if (patch.cols <= 2 * kSideways) return std::nullopt;
  const cv::Rect text(kSideways, kUpright, patch.cols - 2 * kSideways, kTextHeight);
  const auto tones = tones_of(patch(text));
  if (!tones) return std::nullopt;

  const auto contrast = static_cast<float>(cv::norm(tones->bright - tones->dark, cv::NORM_INF));
  const cv::Mat mask = paper_mask(patch, *tones, contrast);
  const cv::Mat upright = mask.colRange(text.x, text.x + text.width);
  const cv::Mat sideways = mask.rowRange(text.y, text.y + text.height).t();
  return Field{.dark_on_bright = tones->dark_on_bright(),
               .contrast = contrast,
               .paper = share(mask(text)),
               .above = reach(rows(upright, text.y - 1, -1, kUpright)),
               .below = reach(rows(upright, text.y + text.height, 1, kUpright)),
               .left = reach(rows(sideways, text.x - 1, -1, kSideways)),
               .right = reach(rows(sideways, text.x + text.width, 1, kSideways))};
}

}  // namespace kinesight::vision::plate
