// What stands still behind the actors.
#pragma once

#include <opencv2/core.hpp>

#include "base/rng.h"
#include "sim/canvas.h"

namespace kinesight::sim {

/// A picture that fades from `top` to `bottom`.
cv::Mat gradient(cv::Size size, const Colour& top, const Colour& bottom);
/// Makes surfaces look real: brightness varies by up to `strength` (0-1) in blots of about `blot` pixels.
void weather(cv::Mat& picture, std::uint64_t seed, double strength, double blot);
/// As weather(), with a random seed, strength and size of the blots (in heights of the picture).
void weather_at_random(cv::Mat& picture, Rng& rng, Range strength, Range blot);
/// A random colour near grey: its green and blue as shares of `red`.
Colour sample_tint(Rng& rng, double red, Range green, Range blue);

/// A floor in perspective: things at nearness 1 are in the foreground, at 0 on the horizon.
struct Ground {
  double horizon = 0.4;  ///< y of the vanishing point, in heights.
  double drop = 0.55;    ///< How far below it the floor is at nearness 1, in heights.

  /// The pose of something of `size` heights (at nearness 1) that stands `x` to the right of the middle.
  Pose place(const Pose& frame, double x, double nearness, double size) const {
    return frame.part({x * nearness, horizon + drop * nearness}, size * nearness);
  }
};

/// A corridor with doors and ceiling lamps.
struct HallwayStyle {
  std::uint64_t seed = 5;
  Colour wall = rgb(206, 200, 186);
  Colour floor = rgb(126, 116, 104);
  Colour door = rgb(120, 82, 56);
  double half_width = 0.78;

  static HallwayStyle sample(Rng& rng);
};
/// The floor of every corridor.
inline constexpr Ground kHallwayGround{0.4, 0.56};
/// The empty corridor.
cv::Mat hallway_backdrop(cv::Size size, const HallwayStyle& style);

/// A car park before a building.
struct ParkingStyle {
  std::uint64_t seed = 9;
  Colour sky_top = rgb(112, 150, 196);
  Colour sky_bottom = rgb(214, 222, 226);
  Colour asphalt = rgb(92, 94, 98);
  Colour building = rgb(168, 140, 118);
  bool lit_windows = false;

  static ParkingStyle sample(Rng& rng);
};
/// The ground of every car park.
inline constexpr Ground kParkingGround{0.36, 0.56};
/// The empty car park.
cv::Mat parking_backdrop(cv::Size size, const ParkingStyle& style);

/// A room with a window, a shelf and a table.
cv::Mat room_backdrop(cv::Size size, Rng& rng);
/// A street with houses.
cv::Mat street_backdrop(cv::Size size, Rng& rng);
/// Plain surfaces and random shapes.
cv::Mat abstract_backdrop(cv::Size size, Rng& rng);

}  // namespace kinesight::sim
