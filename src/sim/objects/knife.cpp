#include "sim/objects/knife.h"

namespace kinesight::sim {

KnifeStyle KnifeStyle::sample(Rng& rng) {
  const double light = rng.uniform(0.72, 1.12);
  const Colour grips[] = {rgb(38, 34, 33), rgb(96, 62, 38), rgb(70, 72, 78), rgb(120, 32, 30),
                          rgb(24, 40, 70)};
  return {.handle = rng.uniform(0.3, 0.42),
          .blade_width = rng.uniform(0.11, 0.22),
          .belly = rng.uniform(0, 1),
          .steel = shade(rgb(198, 204, 212), light),
          .grip = grips[rng.integer(0, 4)]};
}

void draw_knife(Canvas& canvas, const Pose& pose, const KnifeStyle& style) {
  const Canvas::Label label(canvas, "knife");
  const double start = style.handle / 2;  // The hand holds the middle of the handle.
  const double tip = start + 1 - style.handle;
  const double back = -style.blade_width / 2;
  const double edge = style.blade_width / 2;
  const double tip_y = back * style.belly;
  const double mid = start + (tip - start) * 0.62;

  canvas.fill(
      pose, {{start, back}, {mid, back}, {tip, tip_y}, {mid + 0.12, edge * 0.7}, {mid, edge}, {start, edge}},
      style.steel);
  canvas.fill(pose,
              {{start, edge * 0.25},
               {mid, edge * 0.25},
               {tip, tip_y},
               {mid + 0.12, edge * 0.7},
               {mid, edge},
               {start, edge}},
              shade(style.steel, 1.22));
  canvas.stroke(pose, {{start, back}, {mid, back}, {tip, tip_y}}, 0.012, shade(style.steel, 0.6));
  canvas.fill(pose, {{start, -0.085}, {start + 0.035, -0.085}, {start + 0.035, 0.085}, {start, 0.085}},
              shade(style.steel, 0.55));
  canvas.stroke(pose, {{-style.handle / 2 + 0.04, 0.008}, {start - 0.03, 0}}, 0.105, style.grip);
  canvas.stroke(pose, {{-style.handle / 2 + 0.05, -0.02}, {start - 0.04, -0.028}}, 0.02,
                shade(style.grip, 1.5));
  for (const double rivet : {-0.28, 0.0, 0.28}) {
    canvas.ellipse(pose, {rivet * style.handle, 0}, {0.014, 0.014}, shade(style.steel, 0.9));
  }
}

}  // namespace kinesight::sim
