// A person who walks and may carry something.
#pragma once

#include <functional>

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// What a person looks like.
struct PersonStyle {
  Colour skin = rgb(224, 172, 138);
  Colour hair = rgb(62, 44, 34);
  Colour shirt = rgb(64, 96, 132);
  Colour trousers = rgb(48, 52, 66);
  double girth = 1;  ///< 1 is slim.
  bool hood = false;

  static PersonStyle sample(Rng& rng);
};

/// How a person stands at one moment.
struct PersonPosture {
  double stride = 0;         ///< Phase of the walk in radians; the legs swing with its sine.
  double swing = 1;          ///< 0 = standing, 1 = walking.
  double arm = degrees(20);  ///< The carrying upper arm: 0 = forward, 90 degrees = hanging down.
  double forearm = degrees(-20);
};

/// Draws what the hand holds. The pose's origin is the hand, +x the forearm's direction, 1 unit the person's
/// height.
using Carried = std::function<void(Canvas&, const Pose& hand)>;

/// Draws a person `feet.scale` pixels tall who stands on the origin, turned to +x (to -x when mirrored).
/// `carried` may be empty: both arms swing.
void draw_person(Canvas& canvas, const Pose& feet, const PersonStyle& style, const PersonPosture& posture,
                 const Carried& carried);

}  // namespace kinesight::sim
