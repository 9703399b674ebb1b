#include "sim/objects/gun.h"

namespace kinesight::sim {
namespace {

constexpr double kBack = -0.3;  // x of the slide's rear end; the origin is in the grip.
constexpr double kMuzzle = 0.7;
constexpr double kTop = -0.22;  // y of the sights.

void draw_slide(Canvas& canvas, const Pose& pose, const GunStyle& style) {
  const double low = kTop + style.slide_height;
  canvas.fill(pose, {{kBack, kTop}, {kMuzzle, kTop}, {kMuzzle, low}, {kBack, low}}, style.metal);
  canvas.fill(pose, {{kBack, kTop}, {kMuzzle, kTop}, {kMuzzle, kTop + 0.045}, {kBack, kTop + 0.045}},
              shade(style.metal, 1.7));
  canvas.fill(
      pose,
      {{kBack + 0.06, low}, {kMuzzle - 0.06, low}, {kMuzzle - 0.1, low + 0.06}, {kBack + 0.06, low + 0.08}},
      shade(style.metal, 0.7));
  for (int k = 0; k < 4; ++k) {
    const double x = kBack + 0.05 + 0.035 * k;
    canvas.stroke(pose, {{x, kTop + 0.06}, {x, low - 0.02}}, 0.014, shade(style.metal, 0.55));
  }
  canvas.fill(pose, {{0.12, kTop + 0.05}, {0.3, kTop + 0.05}, {0.3, kTop + 0.1}, {0.12, kTop + 0.1}},
              shade(style.metal, 0.5));
}

void draw_revolver(Canvas& canvas, const Pose& pose, const GunStyle& style) {
  canvas.fill(pose,
              {{kBack, kTop + 0.03}, {kMuzzle, kTop}, {kMuzzle, kTop + 0.1}, {kBack + 0.04, kTop + 0.2}},
              style.metal);
  canvas.fill(pose, {{kBack, kTop + 0.03}, {kMuzzle, kTop}, {kMuzzle, kTop + 0.03}, {kBack, kTop + 0.07}},
              shade(style.metal, 1.6));
  canvas.fill(pose, {{-0.12, kTop - 0.02}, {0.14, kTop - 0.02}, {0.16, kTop + 0.22}, {-0.12, kTop + 0.24}},
              shade(style.metal, 1.25));
  for (const double y : {0.05, 0.12})
    canvas.stroke(pose, {{-0.08, kTop + y}, {0.11, kTop + y}}, 0.018, shade(style.metal, 0.6));
  canvas.fill(pose, {{kBack - 0.04, kTop - 0.05}, {kBack + 0.05, kTop + 0.02}, {kBack + 0.04, kTop + 0.12}},
              style.metal);
}

}  // namespace

GunStyle GunStyle::sample(Rng& rng) {
  const Colour metals[] = {rgb(40, 42, 48), rgb(62, 66, 72), rgb(28, 28, 32), rgb(128, 132, 138),
                           rgb(76, 74, 66)};
  const Colour grips[] = {rgb(26, 26, 28), rgb(82, 52, 32), rgb(52, 56, 48), rgb(44, 40, 40)};
  return {.slide_height = rng.uniform(0.16, 0.22),
          .grip_length = rng.uniform(0.38, 0.5),
          .grip_slant = rng.uniform(0.08, 0.2),
          .revolver = rng.chance(0.25),
          .metal = metals[rng.integer(0, 4)],
          .grip = grips[rng.integer(0, 3)]};
}

void draw_gun(Canvas& canvas, const Pose& pose, const GunStyle& style) {
  const Canvas::Label label(canvas, "gun");
  const double hip = kTop + style.slide_height;  // Where grip and slide meet.
  const double foot = hip + style.grip_length;
  canvas.fill(pose,
              {{kBack + 0.03, hip - 0.04},
               {-0.01, hip - 0.04},
               {-style.grip_slant + 0.02, foot},
               {kBack - style.grip_slant + 0.06, foot - 0.02}},
              style.grip);
  canvas.stroke(pose, {{kBack + 0.07, hip + 0.06}, {kBack - style.grip_slant + 0.1, foot - 0.08}}, 0.03,
                shade(style.grip, 1.7));
  // Trigger and its guard.
  canvas.stroke(
      pose, {{-0.02, hip + 0.03}, {0, hip + 0.17}, {0.12, hip + 0.19}, {0.2, hip + 0.14}, {0.21, hip + 0.03}},
      0.03, style.metal);
  canvas.stroke(pose, {{0.07, hip + 0.02}, {0.055, hip + 0.11}}, 0.025, shade(style.metal, 0.6));
  style.revolver ? draw_revolver(canvas, pose, style) : draw_slide(canvas, pose, style);
}

}  // namespace kinesight::sim
