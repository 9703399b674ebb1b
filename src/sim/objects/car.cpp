#include "sim/objects/car.h"

namespace kinesight::sim {
namespace {

const Colour kGlass = rgb(62, 80, 96);
const Colour kRubber = rgb(24, 24, 26);

/// A shape given by its right half, from top to bottom.
Shape symmetric(const Shape& right) {
  Shape all = right;
  for (auto point = right.rbegin(); point != right.rend(); ++point) all.push_back({-point->x, point->y});
  return all;
}

void draw_cabin(Canvas& canvas, const Pose& pose, const CarStyle& style) {
  const double top = -style.roof;
  const double belt = -0.42;  // Where glass meets metal.
  canvas.fill(pose, symmetric({{0.3, top}, {0.35, top + 0.03}, {0.44, belt}}), shade(style.paint, 0.85));
  canvas.fill(pose, symmetric({{0.27, top + 0.045}, {0.385, belt + 0.01}}), kGlass);
  canvas.fill(pose, {{-0.25, top + 0.05}, {-0.05, top + 0.05}, {-0.17, belt}, {-0.36, belt}},
              shade(kGlass, 1.45));
  for (const double side : {-1.0, 1.0}) {
    canvas.ellipse(pose, {side * 0.49, belt - 0.01}, {0.045, 0.035}, shade(style.paint, 0.75));
  }
}

void draw_lights(Canvas& canvas, const Pose& pose, const CarStyle& style) {
  const Colour lamp =
      style.rear ? rgb(style.lights ? 255 : 150, style.lights ? 60 : 22, 30) : rgb(228, 232, 226);
  for (const double side : {-1.0, 1.0}) {
    const double x = side * 0.37;
    canvas.fill(pose, {{x - 0.085, -0.345}, {x + 0.085, -0.345}, {x + 0.08, -0.26}, {x - 0.07, -0.26}},
                shade(lamp, 0.6));
    canvas.ellipse(pose, {x, -0.303}, {0.06, 0.034}, lamp);
    if (style.lights) {
      canvas.glow(pose.map({x, -0.303}), 0.2 * pose.scale,
                  style.rear ? rgb(150, 16, 10) : rgb(200, 190, 150));
    }
  }
}

}  // namespace

CarStyle CarStyle::sample(Rng& rng) {
  const Colour paints[] = {rgb(152, 36, 40),   rgb(36, 62, 110), rgb(196, 198, 202), rgb(44, 46, 50),
                           rgb(230, 230, 228), rgb(52, 92, 70),  rgb(196, 120, 36)};
  const Colour& paint = paints[rng.integer(0, 6)];
  return {.paint = shade(paint, rng.uniform(0.8, 1.1)),
          .roof = rng.uniform(0.64, 0.84),
          .rear = rng.chance(0.4),
          .lights = rng.chance(0.4),
          .plate_width = rng.uniform(0.27, 0.4),
          .plate = PlateStyle::sample(rng)};
}

void draw_car(Canvas& canvas, const Pose& pose, const CarStyle& style) {
  canvas.shadow(pose, {0, 0}, {0.6, 0.09}, 0.7);
  for (const double side : {-1.0, 1.0}) {
    const double x = side * 0.395;
    canvas.fill(pose, {{x - 0.075, -0.2}, {x + 0.075, -0.2}, {x + 0.07, 0.005}, {x - 0.07, 0.005}}, kRubber);
  }
  draw_cabin(canvas, pose, style);
  canvas.fill(pose, symmetric({{0.4, -0.44}, {0.485, -0.37}, {0.5, -0.2}, {0.47, -0.09}}), style.paint);
  canvas.fill(pose, symmetric({{0.39, -0.44}, {0.46, -0.39}}), shade(style.paint, 1.25));
  canvas.fill(pose, symmetric({{0.495, -0.17}, {0.47, -0.08}}), shade(style.paint, 0.55));
  draw_lights(canvas, pose, style);
  if (!style.rear) {
    canvas.fill(pose, symmetric({{0.24, -0.345}, {0.2, -0.255}}), rgb(30, 32, 36));
    for (const double y : {-0.32, -0.29})
      canvas.stroke(pose, {{-0.2, y}, {0.2, y}}, 0.008, rgb(120, 124, 130));
  } else {
    canvas.stroke(pose, {{-0.28, -0.36}, {0.28, -0.36}}, 0.01, shade(style.paint, 0.6));
  }
  if (style.plate) draw_plate(canvas, pose.part({0, -0.155}, style.plate_width), *style.plate);
}

void draw_car_side(Canvas& canvas, const Pose& pose, const Colour& paint) {
  canvas.shadow(pose, {0, 0}, {0.54, 0.045}, 0.65);
  canvas.fill(pose, {{-0.34, -0.21}, {-0.24, -0.325}, {0.06, -0.335}, {0.2, -0.22}}, shade(paint, 0.9));
  canvas.fill(pose, {{-0.3, -0.215}, {-0.225, -0.305}, {-0.08, -0.31}, {-0.08, -0.215}}, kGlass);
  canvas.fill(pose, {{-0.05, -0.215}, {-0.05, -0.312}, {0.05, -0.315}, {0.155, -0.215}}, shade(kGlass, 1.2));
  canvas.fill(pose,
              {{-0.49, -0.19},
               {-0.44, -0.225},
               {0.2, -0.225},
               {0.43, -0.19},
               {0.49, -0.14},
               {0.49, -0.06},
               {-0.49, -0.06}},
              paint);
  canvas.fill(pose, {{-0.49, -0.09}, {0.49, -0.09}, {0.48, -0.055}, {-0.48, -0.055}}, shade(paint, 0.6));
  canvas.ellipse(pose, {0.47, -0.16}, {0.02, 0.02}, rgb(240, 236, 210));
  canvas.ellipse(pose, {-0.475, -0.165}, {0.014, 0.024}, rgb(176, 28, 28));
  for (const double x : {-0.3, 0.3}) {
    canvas.ellipse(pose, {x, -0.068}, {0.078, 0.078}, kRubber);
    canvas.ellipse(pose, {x, -0.068}, {0.042, 0.042}, rgb(168, 172, 178));
  }
}

}  // namespace kinesight::sim
