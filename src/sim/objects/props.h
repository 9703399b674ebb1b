// Things that are none of the labels, and some that look a little like one: the model must leave them alone.
#pragma once

#include <functional>

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// A dark rectangle in a hand; 1 unit is its length.
void draw_phone(Canvas& canvas, const Pose& pose, const Colour& body);
/// An open umbrella above the hand at the origin; 1 unit is its height.
void draw_umbrella(Canvas& canvas, const Pose& pose, const Colour& cloth);
/// A bottle held at its middle, its neck along +x.
void draw_bottle(Canvas& canvas, const Pose& pose, const Colour& glass);
/// A bag that hangs below the origin.
void draw_bag(Canvas& canvas, const Pose& pose, const Colour& leather);
/// A warm lamp with its halo: a false alarm for fire.
void draw_lamp(Canvas& canvas, const Pose& pose, double warmth);
/// An orange traffic cone standing on the origin.
void draw_cone(Canvas& canvas, const Pose& pose);
/// A bush or a cloud: round lobes of one colour; a false alarm for smoke.
void draw_lobes(Canvas& canvas, const Pose& pose, const Colour& colour, std::uint64_t seed);
/// A waste bin standing on the origin, 1 unit high.
void draw_bin(Canvas& canvas, const Pose& pose, const Colour& paint);

/// Something harmless, drawn with one call at any pose.
using Prop = std::function<void(Canvas&, const Pose&)>;
/// Something harmless to hold: phone, umbrella, bottle or bag, sized for a hand's pose (1 unit = a person's
/// height).
Prop sample_harmless_item(Rng& rng);
/// Any prop.
Prop sample_prop(Rng& rng);

}  // namespace kinesight::sim
