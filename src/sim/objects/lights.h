// Lights that a detector may take for fire: they are bright and have a halo, and none of them burns.
#pragma once

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// A light's colour and how it changes.
struct BeaconStyle {
  enum class Kind {
    steady,    ///< A lamp.
    rotating,  ///< A mirror turns: it swells and fades.
    flashing,  ///< On and off.
    welding,   ///< Short flashes without any rhythm.
  };
  Kind kind = Kind::rotating;
  Colour colour = rgb(255, 150, 30);
  double hertz = 1.5;
  double phase = 0;  ///< In turns.

  static BeaconStyle sample(Rng& rng);
  /// How bright it is at `seconds`, 0 to 1.
  double brightness(double seconds) const;
};

/// Draws a lamp of `pose.scale` pixels around the origin: its glass, and the light in it with its halo.
void draw_beacon(Canvas& canvas, const Pose& pose, const BeaconStyle& style, double seconds);

/// Draws a headlight that shines into the camera, `pose.scale` pixels wide with its halo.
void draw_headlight(Canvas& canvas, const Pose& pose, const Colour& colour);

/// Draws the sun, or its reflection, as a lens sees it: a disc of `pose.scale` pixels, a wide halo and rays.
/// `strength` 0 to 1.
void draw_glare(Canvas& canvas, const Pose& pose, double strength);

}  // namespace kinesight::sim
