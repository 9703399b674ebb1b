#include <algorithm>

#include "sim/backdrops/backdrop.h"
#include "sim/stage.h"

namespace kinesight::sim {
namespace {

Shape box(double left, double top, double width, double height) {
  return {{left, top}, {left + width, top}, {left + width, top + height}, {left, top + height}};
}

void draw_window(Canvas& canvas, const Pose& frame, Rng& rng, double half) {
  const double x = rng.uniform(-half, half * 0.5), y = rng.uniform(0.05, 0.2), w = rng.uniform(0.2, 0.45),
               h = rng.uniform(0.2, 0.38);
  const double light = rng.uniform(30, 240);
  canvas.fill(frame, box(x - 0.02, y - 0.02, w + 0.04, h + 0.04), rgb(226, 222, 214));
  canvas.fill(frame, box(x, y, w, h), rgb(light * 0.85, light * 0.93, light));
  canvas.stroke(frame, {{x + w / 2, y}, {x + w / 2, y + h}}, 0.015, rgb(226, 222, 214));
}

void draw_shelf(Canvas& canvas, const Pose& frame, Rng& rng, double half) {
  const double left = rng.uniform(-half, half * 0.4), width = rng.uniform(0.3, 0.6),
               top = rng.uniform(0.2, 0.45);
  const Colour wood = sample_rgb(rng, {70, 180}, {50, 120}, {30, 90});
  for (double x = left + 0.01; x < left + width - 0.04;) {
    const double w = rng.uniform(0.015, 0.045), h = rng.uniform(0.07, 0.15);
    canvas.fill(frame, box(x, top - h, w, h), sample_rgb(rng, {30, 220}, {30, 200}, {30, 200}));
    x += w + 0.003;
  }
  canvas.fill(frame, box(left, top, width, 0.025), wood);
}

void draw_table(Canvas& canvas, const Pose& frame, Rng& rng, double half) {
  const double left = rng.uniform(-half, 0), width = rng.uniform(0.5, 0.9), top = rng.uniform(0.6, 0.78);
  const Colour wood = sample_rgb(rng, {70, 190}, {50, 140}, {30, 100});
  for (const double x : {left + 0.04, left + width - 0.08})
    canvas.fill(frame, box(x, top, 0.04, 0.4), shade(wood, 0.6));
  canvas.fill(frame, box(left, top, width, 0.045), wood);
  canvas.fill(frame, box(left, top, width, 0.015), shade(wood, 1.25));
}

}  // namespace

cv::Mat room_backdrop(cv::Size size, Rng& rng) {
  const Pose frame = frame_pose(size);
  const double half = 0.5 * size.width / size.height + 0.02;
  const double wall = rng.uniform(90, 235), floor_y = rng.uniform(0.66, 0.85);
  const Colour paint = sample_tint(rng, wall, {0.85, 1.03}, {0.75, 1.05});
  const Colour floor = sample_rgb(rng, {60, 180}, {50, 150}, {40, 130});
  Canvas canvas(gradient(size, shade(paint, 1.05), shade(paint, 0.9)));
  canvas.fill(frame, box(-half, floor_y, 2 * half, 1), floor);
  canvas.fill(frame, box(-half, floor_y - 0.025, 2 * half, 0.025), shade(paint, 0.6));
  if (rng.chance(0.7)) draw_window(canvas, frame, rng, half);
  if (rng.chance(0.7)) draw_shelf(canvas, frame, rng, half);
  if (rng.chance(0.6)) draw_table(canvas, frame, rng, half);
  weather_at_random(canvas.picture(), rng, {0.03, 0.15}, {0.1, 0.4});
  return canvas.picture();
}

cv::Mat street_backdrop(cv::Size size, Rng& rng) {
  const Pose frame = frame_pose(size);
  const double half = 0.5 * size.width / size.height + 0.02;
  const double light = rng.uniform(0.25, 1), kerb = rng.uniform(0.55, 0.72);
  Canvas canvas(gradient(size, shade(rgb(150, 184, 222), light), shade(rgb(226, 228, 228), light)));
  for (double x = -half; x < half;) {
    const double w = rng.uniform(0.2, 0.5), top = rng.uniform(0.02, 0.35);
    const double tone = rng.uniform(80, 210) * std::max(0.4, light);
    const Colour wall = sample_tint(rng, tone, {0.75, 1}, {0.65, 1});
    canvas.fill(frame, box(x, top, w, kerb - top), wall);
    for (double y = top + 0.04; y < kerb - 0.08; y += 0.09) {
      for (double u = x + 0.03; u < x + w - 0.06; u += 0.08) {
        const bool lit = light < 0.6 && rng.chance(0.4);
        canvas.fill(frame, box(u, y, 0.04, 0.055), lit ? rgb(240, 210, 140) : shade(wall, 0.5));
      }
    }
    x += w;
  }
  canvas.fill(frame, box(-half, kerb - 0.03, 2 * half, 0.06), shade(rgb(168, 166, 160), light));
  const double road = rng.uniform(55, 110);
  canvas.fill(frame, box(-half, kerb + 0.02, 2 * half, 1), rgb(road, road, road * 1.03));
  for (double x = -half; x < half; x += 0.3)
    canvas.fill(frame, box(x, (kerb + 1.05) / 2, 0.16, 0.012),
                shade(rgb(230, 230, 222), std::max(0.5, light)));
  weather_at_random(canvas.picture(), rng, {0.03, 0.15}, {0.05, 0.3});
  return canvas.picture();
}

}  // namespace kinesight::sim
