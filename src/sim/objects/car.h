// Cars: from the front, from behind, and from the side.
#pragma once

#include <optional>

#include "base/rng.h"
#include "sim/canvas.h"
#include "sim/objects/plate.h"

namespace kinesight::sim {

/// What a car looks like.
struct CarStyle {
  Colour paint = rgb(150, 40, 44);
  double roof = 0.72;         ///< Height, of its width.
  bool rear = false;          ///< Seen from behind.
  bool lights = false;        ///< Headlights or brake lights are on.
  double plate_width = 0.34;  ///< Of the car's width.
  std::optional<PlateStyle> plate = PlateStyle{};

  static CarStyle sample(Rng& rng);
};

/// Draws a car seen along its length, `pose.scale` pixels wide, standing on the origin.
void draw_car(Canvas& canvas, const Pose& pose, const CarStyle& style);

/// Draws a car seen from the side, `pose.scale` pixels long, standing on the origin; it looks to +x and shows
/// no plate.
void draw_car_side(Canvas& canvas, const Pose& pose, const Colour& paint);

}  // namespace kinesight::sim
