#include "sim/objects/fire.h"

#include <algorithm>

#include "sim/noise.h"

namespace kinesight::sim {
namespace {

constexpr int kGrid = 72;  // Rows and columns of the field, which is then stretched: flames are soft.

/// Black body, as a painter sees it: dark red, orange, yellow, nearly white.
Colour flame_colour(double heat) {
  if (heat < 0.45) return mix(rgb(150, 22, 8), rgb(236, 84, 14), heat / 0.45);
  if (heat < 0.8) return mix(rgb(236, 84, 14), rgb(255, 188, 40), (heat - 0.45) / 0.35);
  return mix(rgb(255, 188, 40), rgb(255, 246, 190), std::min(1.0, (heat - 0.8) / 0.4));
}

void put(cv::Mat& colours, int y, int x, const Colour& colour) {
  for (int c = 0; c < 3; ++c) colours.at<cv::Vec3b>(y, x)[c] = cv::saturate_cast<std::uint8_t>(colour[c]);
}

}  // namespace

FireStyle FireStyle::sample(Rng& rng) {
  return {.seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30)),
          .width = rng.uniform(0.5, 1.3),
          .speed = rng.uniform(0.7, 1.4),
          .heat = rng.uniform(0.85, 1.2)};
}

SmokeStyle SmokeStyle::sample(Rng& rng) {
  const double grey = rng.uniform(40, 215);
  return {.seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30)),
          .width = rng.uniform(0.4, 0.9),
          .lean = rng.uniform(-0.35, 0.35),
          .speed = rng.uniform(0.7, 1.4),
          .density = rng.uniform(0.8, 1.15),
          .colour = rgb(grey, grey, grey + rng.uniform(-4, 10))};
}

void draw_fire(Canvas& canvas, const Pose& pose, const FireStyle& style, double seconds, double strength) {
  if (strength <= 0.02) return;
  const double t = seconds * style.speed;
  cv::Mat colours(kGrid, kGrid, CV_8UC3);
  cv::Mat alpha(kGrid, kGrid, CV_8UC1);
  for (int y = 0; y < kGrid; ++y) {
    const double height = 1 - (y + 0.5) / kGrid;  // 0 at the foot, 1 at the top.
    for (int x = 0; x < kGrid; ++x) {
      const double side = (x + 0.5) / kGrid * 2 - 1;
      // Tongues lick sideways the more, the higher they are.
      const double lick =
          (value_noise(style.seed + 7, side * 1.5, height * 2.2 - t * 1.6, t * 0.5) - 0.5) * 1.3 * height;
      const double across = (side + lick) / (0.86 - 0.5 * height);
      const double body = (1 - across * across) * 1.05 + 0.12 - height * 1.0;
      const double flicker = fractal_noise(style.seed, side * 3.2, height * 3 - t * 2.8, t * 0.8) - 0.5;
      const double heat = (body + flicker * (0.6 + 1.1 * height)) * style.heat * smoothstep(0, 0.08, height);
      put(colours, y, x, flame_colour(heat));
      alpha.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(250 * smoothstep(0.04, 0.32, heat));
    }
  }
  const double h = pose.scale * (0.35 + 0.65 * strength);
  const double w = h * style.width;
  canvas.glow(pose.at - Point{0, h * 0.4}, h * 1.1, rgb(120, 52, 10) * strength);
  const Canvas::Label label(canvas, "fire");
  canvas.blend({pose.at.x - w / 2, pose.at.y - h, w, h}, colours, alpha, 90);
}

void draw_smoke(Canvas& canvas, const Pose& pose, const SmokeStyle& style, double seconds, double strength) {
  if (strength <= 0.02) return;
  const double t = seconds * style.speed;
  const double reach = std::min(1.0, 0.25 + strength);  // A young plume is short.
  cv::Mat colours(kGrid, kGrid, CV_8UC3);
  cv::Mat alpha(kGrid, kGrid, CV_8UC1);
  const double half = 0.62 * style.width + std::abs(style.lean) / 2 + 0.12;  // Of the field, in heights.
  for (int y = 0; y < kGrid; ++y) {
    const double height = 1 - (y + 0.5) / kGrid;
    for (int x = 0; x < kGrid; ++x) {
      const double side = ((x + 0.5) / kGrid * 2 - 1) * half + style.lean / 2;
      const double sway =
          (value_noise(style.seed + 3, 0.5, height * 1.8 - t * 0.45, t * 0.1) - 0.5) * 0.35 * height;
      const double centre = style.lean * height * height * (2 - height) + sway;
      const double across = (side - centre) / ((0.14 + 0.36 * std::sqrt(height)) * style.width);
      const double puffs = fractal_noise(style.seed, side * 6, height * 5 - t * 1.1, t * 0.25, 4);
      const double body = 1 - across * across + (puffs - 0.5) * 1.9;
      const double fading = smoothstep(0, 0.06, height) * (1 - smoothstep(0.55 * reach, reach, height));
      const double density =
          smoothstep(0, 0.7, body) * fading * style.density * std::min(1.0, strength * 1.5);
      put(colours, y, x, shade(style.colour, 0.72 + 0.62 * puffs));
      alpha.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(225 * density);
    }
  }
  const double h = pose.scale;
  const double left = pose.at.x + (style.lean / 2 - half) * h;
  const Canvas::Label label(canvas, "smoke");
  canvas.blend({left, pose.at.y - h, 2 * half * h, h}, colours, alpha, 60);
}

}  // namespace kinesight::sim
