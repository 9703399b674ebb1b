// A number plate with readable text.
#pragma once

#include <string>

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// What a number plate looks like.
struct PlateStyle {
  std::string text = "KS 4821";
  Colour ground = rgb(244, 244, 240);
  Colour ink = rgb(22, 24, 30);
  bool country_strip = true;  ///< A blue strip at the left.

  static PlateStyle sample(Rng& rng);
};

/// Height of a plate, of its width.
inline constexpr double kPlateHeight = 0.25;

/// Draws a plate `pose.scale` pixels wide around the origin.
void draw_plate(Canvas& canvas, const Pose& pose, const PlateStyle& style);

}  // namespace kinesight::sim
