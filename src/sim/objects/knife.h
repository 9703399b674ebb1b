// A knife.
#pragma once

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// What a knife looks like. Lengths are shares of its whole length.
struct KnifeStyle {
  double handle = 0.36;  ///< Length of the handle.
  double blade_width = 0.15;
  double belly = 0.5;  ///< 0 = dagger, symmetric; 1 = kitchen knife, straight back and curved edge.
  Colour steel = rgb(196, 202, 210);
  Colour grip = rgb(42, 36, 34);

  static KnifeStyle sample(Rng& rng);
};

/// Draws a knife of `pose.scale` pixels; the origin is where the hand holds it, the tip points along +x.
void draw_knife(Canvas& canvas, const Pose& pose, const KnifeStyle& style);

}  // namespace kinesight::sim
