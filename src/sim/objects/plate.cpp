#include "sim/objects/plate.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace kinesight::sim {
namespace {

/// The plate's face, `width` pixels wide: drawn four times as large and averaged down, so that small text
/// stays clean.
cv::Mat face(const PlateStyle& style, int width) {
  const int w = 4 * std::clamp(width, 16, 400);
  const int h = static_cast<int>(w * kPlateHeight);
  cv::Mat large(h, w, CV_8UC3, style.ground);
  cv::rectangle(large, {0, 0, w, h}, style.ink, std::max(1, h / 12));
  const int left = style.country_strip ? h * 2 / 5 : h / 8;
  if (style.country_strip)
    cv::rectangle(large, {h / 24, h / 24, left - h / 24, h - h / 12}, rgb(28, 62, 160), cv::FILLED);

  constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
  int below = 0;
  const int thickness = std::max(1, h / 13);
  const cv::Size unit = cv::getTextSize(style.text, kFont, 1, 1, &below);
  const double room = w - left - h / 4;
  const double scale = std::min(room / unit.width, 0.62 * h / unit.height);
  const cv::Size size = cv::getTextSize(style.text, kFont, scale, thickness, &below);
  cv::putText(large, style.text, {left + (w - left - size.width) / 2, (h + size.height) / 2}, kFont, scale,
              style.ink, thickness, cv::LINE_AA);

  cv::Mat result;
  cv::resize(large, result, {w / 4, h / 4}, 0, 0, cv::INTER_AREA);
  return result;
}

}  // namespace

PlateStyle PlateStyle::sample(Rng& rng) {
  constexpr std::string_view kLetters = "ABCDEFGHJKLMNPRSTUVWXYZ";
  PlateStyle style{.text = {}};
  const auto letter = [&] {
    return kLetters[static_cast<std::size_t>(rng.integer(0, static_cast<int>(kLetters.size()) - 1))];
  };
  style.text = {letter(), letter(), ' '};
  for (int k = 0; k < 4; ++k) style.text += static_cast<char>('0' + rng.integer(0, 9));
  const double tone = rng.uniform(0.86, 1.02);
  const Colour grounds[] = {rgb(244, 244, 240), rgb(244, 244, 240), rgb(246, 204, 40), rgb(220, 230, 244)};
  style.ground = shade(grounds[rng.integer(0, 3)], tone);
  if (rng.chance(0.2)) style.ink = rgb(20, 40, 120);
  style.country_strip = rng.chance(0.6);
  return style;
}

void draw_plate(Canvas& canvas, const Pose& pose, const PlateStyle& style) {
  const Canvas::Label label(canvas, "plate", style.text);
  const Pose readable{pose.at, pose.scale, pose.angle, false};  // Nobody mounts a mirrored one.
  canvas.paste(readable, face(style, static_cast<int>(pose.scale + 0.5)), {-0.5, -kPlateHeight / 2},
               {1, kPlateHeight});
}

}  // namespace kinesight::sim
