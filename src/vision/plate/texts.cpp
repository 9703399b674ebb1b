#include "vision/plate/texts.h"

#include <algorithm>
#include <cmath>

#include "vision/plate/evidence.h"
#include "vision/plate/look.h"
#include "vision/plate/quad.h"

namespace kinesight::vision::plate {
namespace {

constexpr float kLeastHeight = 7;  ///< Of a text, pixels: what is smaller cannot be read.

/// Whether the picture ends so close to a text that more of it may lie outside.
bool is_cut_off(const ocr::Quad& corners, const cv::Size& picture) {
  const auto box = box_around(corners);
  const float margin = 0.15F * extent_of(corners).height;
  return box.x <= margin || box.y <= 1 || box.x + box.w >= static_cast<float>(picture.width) - margin ||
         box.y + box.h >= static_cast<float>(picture.height) - 2;
}

bool has_size_of_text(const Extent& extent) {
  return extent.height >= kLeastHeight && extent.width >= 0.9F * extent.height &&
         extent.width <= 12 * extent.height;
}

/// What speaks for a text before it has been read.
float first_evidence(const Text& text) {
  return evidence(
      {.text = "AAA999", .score = 1, .text_height = extent_of(text.corners).height, .field = text.field});
}

cv::Point2f centre(const ocr::Quad& quad) { return (quad[0] + quad[1] + quad[2] + quad[3]) * 0.25F; }

bool alike_in_height(const Text& a, const Text& b) {
  const float ratio = extent_of(a.corners).height / extent_of(b.corners).height;
  return ratio > 0.68F && ratio < 1.45F && a.field.dark_on_bright == b.field.dark_on_bright;
}

/// Whether two texts are so short that they may be the parts of a plate.
bool are_parts(const Text& one, const Text& other) {
  constexpr std::size_t kLongest = 6, kLongestTogether = 10;  // KA 05 / MG 1909
  const auto a = one.reading.text.size(), b = other.reading.text.size();
  return a > 0 && b > 0 && std::max(a, b) <= kLongest && std::min(a, b) < kLongest &&
         a + b <= kLongestTogether;
}

const Reach& further(const Reach& a, const Reach& b) {
  if (a.open != b.open) return a.open ? a : b;
  return a.far > b.far ? a : b;
}

/// Whether the paper of each goes on to the other: then neither is a plate by itself.
bool on_one_paper(const Text& upper, const Text& lower) {
  const auto gap = (lower.corners[0] + lower.corners[1] - upper.corners[2] - upper.corners[3]) * 0.5F;
  constexpr float kBeyond = 0.3F;  // Of the text's height, into the other one's line.
  const auto reaches = [&](const Reach& reach, const Text& text) {
    return reach.far > std::max(gap.y, 0.0F) / extent_of(text.corners).height + kBeyond;
  };
  return reaches(upper.field.below, upper) && reaches(lower.field.above, lower);
}

}  // namespace

Result<std::vector<Text>> texts_of(const cv::Mat& bgr, std::span<const ocr::TextBox> boxes,
                                   ocr::TextReader& reader, const Turn& turn) {
  std::vector<Text> texts;
  for (const auto& box : boxes) {
    if (!has_size_of_text(extent_of(box.corners)) || is_cut_off(box.corners, bgr.size())) continue;
    if (const auto field = field_of(bgr, box.corners)) texts.push_back({box.corners, *field, {}, {}});
  }
  std::ranges::stable_sort(texts, std::greater{}, first_evidence);
  texts.resize(std::min(texts.size(), kMostTexts));
  for (auto& text : texts) {
    auto places = glance(reader, bgr, text.corners, turn);
    if (!places) return std::unexpected(places.error());
    text.places = std::move(*places);
    text.reading = reading_of(text.places);
  }
  return texts;
}

std::optional<ocr::Quad> side_by_side(const Text& left, const Text& right) {
  if (!alike_in_height(left, right) || !are_parts(left, right)) return std::nullopt;
  const float height = std::max(extent_of(left.corners).height, extent_of(right.corners).height);
  const auto begins = (right.corners[0] + right.corners[3]) * 0.5F;
  const auto ends = (left.corners[1] + left.corners[2]) * 0.5F;
  const auto gap = begins - ends;
  // Boxes are grown beyond their text, those of short ones the most: they may overlap.
  if (gap.x < -0.7F * height || gap.x > 1.8F * height || std::abs(gap.y) > 0.4F * height) return std::nullopt;
  return ocr::Quad{left.corners[0], right.corners[1], right.corners[2], left.corners[3]};
}

bool stacked(const Text& upper, const Text& lower) {
  if (!alike_in_height(upper, lower) || !are_parts(upper, lower)) return false;
  const auto above = extent_of(upper.corners), below = extent_of(lower.corners);
  const float height = std::max(above.height, below.height);
  const auto apart = centre(lower.corners) - centre(upper.corners);
  return apart.y > 0.7F * height && apart.y < 1.7F * height &&
         std::abs(apart.x) < 0.5F * std::max(above.width, below.width);
}

Guessed guess(std::vector<Text> lines) {
  const auto& first = lines.front();
  const auto& last = lines.back();
  std::vector<Place> places;
  for (const auto& line : lines) places.insert(places.end(), line.places.begin(), line.places.end());
  Guessed guessed{.corners = {first.corners[0], first.corners[1], last.corners[2], last.corners[3]},
                  .field = first.field,
                  .reading = reading_of(places)};
  guessed.field.below = last.field.below;
  guessed.field.left = further(first.field.left, last.field.left);
  guessed.field.right = further(first.field.right, last.field.right);
  guessed.evidence = evidence({.text = guessed.reading.text,
                               .score = guessed.reading.score,
                               .text_height = extent_of(first.corners).height,
                               .field = guessed.field});
  constexpr float kOnePaper = 1;
  if (lines.size() == 2 && on_one_paper(first, last)) guessed.evidence += kOnePaper;
  guessed.lines = std::move(lines);
  return guessed;
}

}  // namespace kinesight::vision::plate
