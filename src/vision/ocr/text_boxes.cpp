#include "vision/ocr/text_boxes.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <optional>

namespace kinesight::vision::ocr {
namespace {

// RapidOCR's figures.
constexpr std::size_t kMostBoxes = 1000;
constexpr float kLeastSide = 3;         ///< Of what the model drew, pixels of its map.
constexpr float kLeastGrownSide = 5;    ///< Of a box, likewise.
constexpr float kLeastSideInFrame = 3;  ///< Of a box, pixels of the picture: it must be longer.
constexpr float kSameLine = 10;  ///< Boxes whose tops are nearer lie in one line, pixels of the picture.

using Contour = std::vector<cv::Point>;

std::vector<Contour> contours_of(const cv::Mat& scores, float threshold) {
  cv::Mat text = scores > threshold;
  cv::dilate(text, text, cv::Mat::ones(2, 2, CV_8U));  // Joins what one row of pixels keeps apart.
  std::vector<Contour> contours;
  cv::findContours(text, contours, cv::RETR_LIST, cv::CHAIN_APPROX_SIMPLE);
  if (contours.size() > kMostBoxes) contours.resize(kMostBoxes);
  return contours;
}

Quad corners_of(const cv::RotatedRect& box) {
  Quad corners;
  box.points(corners.data());
  return in_order(corners);
}

/// Mean score of the pixels in `corners`.
float mean_score(const cv::Mat& scores, const Quad& corners) {
  Contour outline;
  for (const auto& corner : corners) {
    outline.emplace_back(std::clamp(static_cast<int>(corner.x), 0, scores.cols - 1),
                         std::clamp(static_cast<int>(corner.y), 0, scores.rows - 1));
  }
  const cv::Rect around = cv::boundingRect(outline);
  for (auto& point : outline) point -= around.tl();
  cv::Mat mask = cv::Mat::zeros(around.size(), CV_8U);
  cv::fillPoly(mask, std::vector{outline}, cv::Scalar(1));
  return static_cast<float>(cv::mean(scores(around), mask)[0]);
}

/// Grows the box by the same distance on every side. The model learned to draw texts shrunken, by a distance
/// of the same formula (area times ratio by circumference), so that neighbours stay apart.
cv::RotatedRect grown(cv::RotatedRect box, float ratio) {
  const float distance = box.size.area() * ratio / (2 * (box.size.width + box.size.height));
  box.size.width += 2 * distance;
  box.size.height += 2 * distance;
  return box;
}

/// From the map to the picture, and inside of it; nothing where little is left.
std::optional<Quad> in_picture(const Quad& corners, const cv::Size2f& scale, const cv::Size& size) {
  Quad placed;
  std::ranges::transform(corners, placed.begin(), [&](const cv::Point2f& at) {
    return cv::Point2f(std::clamp(at.x * scale.width, 0.0F, static_cast<float>(size.width - 1)),
                       std::clamp(at.y * scale.height, 0.0F, static_cast<float>(size.height - 1)));
  });
  if (cv::norm(placed[1] - placed[0]) <= kLeastSideInFrame ||
      cv::norm(placed[3] - placed[0]) <= kLeastSideInFrame)
    return std::nullopt;
  return placed;
}

/// Lines from top to bottom, boxes of a line from left to right.
void sort_to_read(std::vector<TextBox>& boxes) {
  std::ranges::stable_sort(boxes, {}, [](const TextBox& box) { return box.corners[0].y; });
  for (auto begin = boxes.begin(); begin != boxes.end();) {
    const float top = begin->corners[0].y;
    const auto end = std::find_if(begin, boxes.end(),
                                  [&](const TextBox& box) { return box.corners[0].y - top >= kSameLine; });
    std::ranges::stable_sort(begin, end, {}, [](const TextBox& box) { return box.corners[0].x; });
    begin = end;
  }
}

}  // namespace

std::vector<TextBox> text_boxes(const cv::Mat& scores, const cv::Size& size,
                                const TextDetectorOptions& options) {
  const cv::Size2f scale(static_cast<float>(size.width) / static_cast<float>(scores.cols),
                         static_cast<float>(size.height) / static_cast<float>(scores.rows));
  std::vector<TextBox> boxes;
  for (const auto& contour : contours_of(scores, options.pixel_threshold)) {
    const auto drawn = cv::minAreaRect(contour);
    if (std::min(drawn.size.width, drawn.size.height) < kLeastSide) continue;
    const float score = mean_score(scores, corners_of(drawn));
    if (score < options.box_threshold) continue;
    const auto box = grown(drawn, options.unclip_ratio);
    if (std::min(box.size.width, box.size.height) < kLeastGrownSide) continue;
    if (const auto corners = in_picture(corners_of(box), scale, size)) boxes.push_back({*corners, score});
  }
  sort_to_read(boxes);
  return boxes;
}

}  // namespace kinesight::vision::ocr
