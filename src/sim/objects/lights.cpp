#include "sim/objects/lights.h"

#include <cmath>
#include <numbers>

#include "sim/noise.h"

namespace kinesight::sim {

BeaconStyle BeaconStyle::sample(Rng& rng) {
  const Colour colours[] = {rgb(255, 150, 30), rgb(255, 120, 20), rgb(255, 40, 30), rgb(255, 214, 150)};
  const auto kind = static_cast<Kind>(rng.integer(0, 3));
  const Colour colour = kind == Kind::welding ? rgb(214, 232, 255) : colours[rng.integer(0, 3)];
  const double hertz = rng.uniform(0.7, 2.5);
  return {.kind = kind, .colour = colour, .hertz = hertz, .phase = rng.uniform(0, 1)};
}

double BeaconStyle::brightness(double seconds) const {
  const double turns = seconds * hertz + phase;
  switch (kind) {
    case Kind::rotating:
      return std::pow(0.5 + 0.5 * std::cos(2 * std::numbers::pi * turns), 3);
    case Kind::flashing:
      return turns - std::floor(turns) < 0.45 ? 1 : 0;
    case Kind::welding: {
      const auto moment = static_cast<std::uint64_t>(std::floor((seconds + 100 * phase) * 12));
      return value_noise(moment, hertz, 0, 0) < 0.5 ? 1 : 0;
    }
    case Kind::steady:
      break;
  }
  return 1;
}

void draw_beacon(Canvas& canvas, const Pose& pose, const BeaconStyle& style, double seconds) {
  const double light = style.brightness(seconds);
  canvas.fill(pose, {{-0.3, 0.34}, {0.3, 0.34}, {0.34, 0.46}, {-0.34, 0.46}}, rgb(40, 40, 44));
  canvas.ellipse(pose, {}, {0.28, 0.36}, shade(style.colour, 0.35 + 0.65 * light));
  if (light < 0.02) return;
  canvas.glow(pose.at, pose.scale * (0.9 + 0.5 * light), shade(style.colour, 0.8 * light));
  canvas.ellipse(pose, {0, 0.02}, {0.17 * light, 0.24 * light}, mix(style.colour, rgb(255, 250, 226), light));
}

void draw_headlight(Canvas& canvas, const Pose& pose, const Colour& colour) {
  canvas.glow(pose.at, pose.scale * 0.9, shade(colour, 0.75));
  canvas.ellipse(pose, {}, {0.36, 0.3}, mix(colour, rgb(255, 255, 255), 0.4));
  canvas.ellipse(pose, {}, {0.24, 0.2}, rgb(255, 255, 248));
}

void draw_glare(Canvas& canvas, const Pose& pose, double strength) {
  canvas.glow(pose.at, pose.scale * 1.8, shade(rgb(255, 214, 140), 0.8 * strength));
  for (int ray = 0; ray < 8; ++ray) {
    const double angle = degrees(45 * ray + 10);
    const Point side = direction(angle + degrees(90)) * 0.035;
    canvas.fill(pose, {direction(angle) * 0.9, side, side * -1},
                mix(rgb(190, 160, 120), rgb(255, 232, 180), strength));
  }
  canvas.ellipse(pose, {}, {0.35, 0.35}, mix(rgb(255, 196, 100), rgb(255, 250, 226), strength));
}

}  // namespace kinesight::sim
