#include "vision/annotate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <string_view>

namespace kinesight::vision {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;

struct TypeColor {
  std::string_view type;
  cv::Scalar bgr;
};

/// Danger is red and orange; what merely is there is green. All are light enough for black letters.
cv::Scalar color_of(std::string_view type) {
  static const std::array<TypeColor, 5> colors = {{{"weapon", {80, 80, 255}},
                                                   {"fire", {0, 150, 255}},
                                                   {"smoke", {255, 160, 200}},
                                                   {"alpr", {255, 200, 60}},
                                                   {"object", {110, 230, 110}}}};
  const auto* found = std::ranges::find(colors, type, &TypeColor::type);
  return found != colors.end() ? found->bgr : cv::Scalar(90, 230, 255);
}

/// How large lines and letters are in a picture. A box 1 % of the picture high should still be readable
/// around.
struct Style {
  int line;        ///< Thickness of a box, pixels.
  double letters;  ///< cv::putText's font scale; 1 is 22 pixels for a capital letter.
  int stroke;      ///< Thickness of letters, pixels.
  int margin;      ///< Between letters and the edge of their plate.

  explicit Style(const cv::Mat& picture) {
    const double side = std::min(picture.cols, picture.rows);
    line = std::max(1, static_cast<int>(std::lround(side / 250)));
    letters = std::max(0.4, side / 1100);
    stroke = std::max(1, static_cast<int>(std::lround(letters * 1.4)));
    margin = std::max(2, static_cast<int>(std::lround(letters * 5)));
  }
};

cv::Rect scaled(const Box& box, double scale) {
  const int left = static_cast<int>(std::lround(box.x * scale)),
            top = static_cast<int>(std::lround(box.y * scale));
  const int right = static_cast<int>(std::lround((box.x + box.w) * scale));
  const int bottom = static_cast<int>(std::lround((box.y + box.h) * scale));
  return {left, top, std::max(1, right - left), std::max(1, bottom - top)};
}

/// OpenCV's letters are ASCII; anything else is one question mark a character.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if ((byte & 0xC0) == 0x80) continue;  // The rest of a character of UTF-8.
    shown += byte >= 0x20 && byte < 0x7F ? letter : '?';
  }
  return shown;
}

/// The plate of a label of that size: on top of the box, or inside where the picture ends above it; always in
/// the picture.
cv::Rect place_plate(const cv::Rect& box, cv::Size plate, cv::Size picture) {
  const int above = box.y - plate.height;
  const int left = std::clamp(box.x, 0, std::max(0, picture.width - plate.width));
  const int top = std::clamp(above >= 0 ? above : box.y, 0, std::max(0, picture.height - plate.height));
  return cv::Rect(left, top, plate.width, plate.height) & cv::Rect({0, 0}, picture);
}

void draw_label(cv::Mat& picture, const cv::Rect& box, const std::string& text, const cv::Scalar& color,
                Style style) {
  int baseline = 0;
  auto size = cv::getTextSize(text, kFont, style.letters, style.stroke, &baseline);
  const int room = picture.cols - 2 * style.margin;
  if (size.width > room) {  // A long name in a small picture: smaller letters rather than half a name.
    style.letters *= std::max(0.1, double(room) / size.width);
    style.stroke = 1;
    size = cv::getTextSize(text, kFont, style.letters, style.stroke, &baseline);
  }
  const cv::Size plate(size.width + 2 * style.margin, size.height + baseline + style.margin);
  const auto where = place_plate(box, plate, picture.size());
  cv::rectangle(picture, where, color, cv::FILLED);
  const cv::Point at(where.x + style.margin, where.y + size.height + style.margin / 2 + 1);
  cv::putText(picture, text, at, kFont, style.letters, cv::Scalar(0, 0, 0), style.stroke, cv::LINE_AA);
}

}  // namespace

void annotate(cv::Mat& picture, std::span<const Detection> detections, double scale) {
  if (picture.empty()) return;
  const Style style(picture);
  std::vector<const Detection*> order;
  for (const auto& detection : detections) order.push_back(&detection);
  std::ranges::stable_sort(order, {}, [](const Detection* detection) { return detection->conf; });
  for (const auto* detection : order) {
    cv::rectangle(picture, scaled(detection->box, scale), color_of(detection->type), style.line);
  }
  for (const auto* detection : order) {  // After all boxes: no line crosses a label.
    const auto percent = std::lround(std::clamp(detection->conf, 0.0F, 1.0F) * 100);
    draw_label(picture, scaled(detection->box, scale),
               fmt::format("{} {}%", printable(detection->label), percent), color_of(detection->type), style);
  }
}

Result<std::vector<std::uint8_t>> encode_jpeg(const cv::Mat& picture, int quality) {
  if (quality < 1 || quality > 100)
    return fail(ErrorKind::invalid, "expected a JPEG quality from 1 to 100, found {}", quality);
  std::vector<std::uint8_t> bytes;
  try {
    if (!picture.empty() && cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality}))
      return bytes;
  } catch (const cv::Exception& error) {
    return fail(ErrorKind::invalid, "a picture of {} x {} cannot become a JPEG: {}", picture.cols,
                picture.rows, error.err);
  }
  return fail(ErrorKind::invalid, "a picture of {} x {} cannot become a JPEG", picture.cols, picture.rows);
}

}  // namespace kinesight::vision
