// A pistol.
#pragma once

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// What a pistol looks like. Lengths are shares of its whole length.
struct GunStyle {
  double slide_height = 0.19;
  double grip_length = 0.44;
  double grip_slant = 0.14;  ///< How far the grip's end lies behind its start.
  bool revolver = false;     ///< A thin barrel and a drum instead of a slide.
  Colour metal = rgb(44, 46, 52);
  Colour grip = rgb(28, 28, 30);

  static GunStyle sample(Rng& rng);
};

/// Draws a pistol `pose.scale` pixels long; the origin is in the grip, the muzzle points along +x.
void draw_gun(Canvas& canvas, const Pose& pose, const GunStyle& style);

}  // namespace kinesight::sim
