// Fire and the smoke above it: animated fields of layered noise.
#pragma once

#include <cstdint>

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// What a fire looks like.
struct FireStyle {
  std::uint64_t seed = 1;
  double width = 0.75;  ///< Of its height.
  double speed = 1;     ///< Of the flames; 1 is natural.
  double heat = 1;      ///< 0.8 = dull red, 1.2 = nearly white.

  static FireStyle sample(Rng& rng);
};

/// Draws flames `pose.scale` pixels high whose foot's middle is the origin, as they look at `seconds`.
/// `strength` from 0 (out) to 1 (in full).
void draw_fire(Canvas& canvas, const Pose& pose, const FireStyle& style, double seconds, double strength = 1);

/// What a plume of smoke looks like.
struct SmokeStyle {
  std::uint64_t seed = 1;
  double width = 0.6;  ///< Of its height.
  double lean = 0.15;  ///< How far the wind carries its top, in heights.
  double speed = 1;
  double density = 1;
  Colour colour = rgb(96, 96, 100);

  static SmokeStyle sample(Rng& rng);
};

/// Draws a plume `pose.scale` pixels high that rises from the origin, as draw_fire().
void draw_smoke(Canvas& canvas, const Pose& pose, const SmokeStyle& style, double seconds,
                double strength = 1);

}  // namespace kinesight::sim
