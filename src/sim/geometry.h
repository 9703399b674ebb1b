// Points and poses: where an object's own coordinates land in the picture.
#pragma once

#include <cmath>
#include <numbers>

namespace kinesight::sim {

/// A point: x to the right, y downwards. In an object's own units, or in pixels.
struct Point {
  double x = 0;
  double y = 0;

  friend Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
  friend Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
  friend Point operator*(Point a, double k) { return {a.x * k, a.y * k}; }
};

/// The direction of `angle` (radians, clockwise on the screen, 0 = to the right).
inline Point direction(double angle) { return {std::cos(angle), std::sin(angle)}; }

/// Degrees to radians, for angles that people write down.
constexpr double degrees(double value) { return value * std::numbers::pi / 180; }

/// Where an object stands: its origin in pixels, pixels per unit, rotation, and whether it is mirrored left
/// to right.
struct Pose {
  Point at;
  double scale = 1;
  double angle = 0;
  bool mirrored = false;

  /// The pixel of the object's own point `p`.
  Point map(Point p) const {
    const double x = (mirrored ? -p.x : p.x) * scale;
    const double y = p.y * scale;
    return {at.x + x * std::cos(angle) - y * std::sin(angle),
            at.y + x * std::sin(angle) + y * std::cos(angle)};
  }

  /// The pose of a part that sits at `p`, `size` of this object's units long and turned by `turn`.
  Pose part(Point p, double size = 1, double turn = 0) const {
    return {map(p), scale * size, angle + (mirrored ? -turn : turn), mirrored};
  }
};

}  // namespace kinesight::sim
