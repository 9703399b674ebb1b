#include "sim/backdrops/backdrop.h"
#include "sim/noise.h"
#include "sim/stage.h"

namespace kinesight::sim {
namespace {

constexpr double kFar = 0.27;  // Nearness of the end wall.
constexpr double kNear = 2.6;  // Behind the camera, so that walls fill the picture.
constexpr double kCeiling = -0.5;

/// The corridor's geometry: a point at height `y` (heights at nearness 1, downwards from the eye) beside or
/// above.
struct Corridor {
  Pose frame;
  double half_width;

  Point at(double x, double y, double nearness) const {
    return {x * nearness, kHallwayGround.horizon + y * nearness};
  }
  Point wall(double side, double y, double nearness) const { return at(side * half_width, y, nearness); }
};

void draw_shell(Canvas& canvas, const Corridor& c, const HallwayStyle& style) {
  const double floor = kHallwayGround.drop;
  canvas.fill(c.frame,
              {c.wall(-1, kCeiling, kFar), c.wall(1, kCeiling, kFar), c.wall(1, kCeiling, kNear),
               c.wall(-1, kCeiling, kNear)},
              shade(style.wall, 1.08));
  canvas.fill(
      c.frame,
      {c.wall(-1, floor, kFar), c.wall(1, floor, kFar), c.wall(1, floor, kNear), c.wall(-1, floor, kNear)},
      style.floor);
  for (const double side : {-1.0, 1.0}) {
    canvas.fill(c.frame,
                {c.wall(side, kCeiling, kFar), c.wall(side, kCeiling, kNear), c.wall(side, floor, kNear),
                 c.wall(side, floor, kFar)},
                shade(style.wall, side < 0 ? 0.92 : 0.85));
    canvas.fill(c.frame,
                {c.wall(side, floor - 0.06, kFar), c.wall(side, floor - 0.06, kNear),
                 c.wall(side, floor, kNear), c.wall(side, floor, kFar)},
                shade(style.wall, 0.55));
  }
  canvas.fill(c.frame,
              {c.wall(-1, kCeiling, kFar), c.wall(1, kCeiling, kFar), c.wall(1, floor, kFar),
               c.wall(-1, floor, kFar)},
              shade(style.wall, 0.98));
}

void draw_floor_tiles(Canvas& canvas, const Corridor& c, const HallwayStyle& style) {
  const double floor = kHallwayGround.drop;
  // Rows at equal distances: nearness is the inverse of distance.
  for (double distance = 1 / kNear; distance < 1 / kFar; distance += 0.22) {
    canvas.stroke(c.frame, {c.wall(-1, floor, 1 / distance), c.wall(1, floor, 1 / distance)}, 0.003,
                  shade(style.floor, 0.85));
  }
  for (double x = -0.75; x <= 0.75; x += 0.25) {
    canvas.stroke(c.frame, {c.at(x * c.half_width, floor, kFar), c.at(x * c.half_width, floor, kNear)}, 0.003,
                  shade(style.floor, 0.85));
  }
}

void draw_door(Canvas& canvas, const Corridor& c, const HallwayStyle& style, double side, double near,
               double far) {
  const double floor = kHallwayGround.drop;
  const double top = -0.34;
  canvas.fill(c.frame,
              {c.wall(side, top - 0.03, far), c.wall(side, top - 0.03, near), c.wall(side, floor, near),
               c.wall(side, floor, far)},
              shade(style.door, 0.6));
  const double inset = (near - far) * 0.07;
  canvas.fill(c.frame,
              {c.wall(side, top, far + inset), c.wall(side, top, near - inset),
               c.wall(side, floor, near - inset), c.wall(side, floor, far + inset)},
              style.door);
  const double knob = side < 0 ? far + 3 * inset : near - 3 * inset;
  canvas.ellipse({c.frame.map(c.wall(side, 0.12, knob)), c.frame.scale}, {},
                 {0.008 * knob * 1.5, 0.008 * knob * 1.5}, rgb(206, 190, 140));
}

void draw_ceiling_lamps(Canvas& canvas, const Corridor& c) {
  for (const double near : {1.1, 0.66, 0.45, 0.34}) {
    const double far = near * 0.84;
    canvas.fill(c.frame,
                {c.at(-0.16, kCeiling, far), c.at(0.16, kCeiling, far), c.at(0.16, kCeiling, near),
                 c.at(-0.16, kCeiling, near)},
                rgb(255, 252, 240));
    canvas.glow(c.frame.map(c.at(0, kCeiling, near * 0.92)), 0.42 * near * c.frame.scale, rgb(30, 28, 22));
  }
}

void draw_end_wall(Canvas& canvas, const Corridor& c, const HallwayStyle& style) {
  const Pose end{c.frame.map(c.at(0, 0, kFar)), c.frame.scale * kFar};
  canvas.fill(end, {{-0.36, -0.36}, {0.36, -0.36}, {0.36, 0.56}, {-0.36, 0.56}}, shade(style.door, 0.55));
  for (const double side : {-1.0, 1.0}) {
    canvas.fill(end, {{side * 0.02, -0.32}, {side * 0.32, -0.32}, {side * 0.32, 0.56}, {side * 0.02, 0.56}},
                shade(style.door, 0.9));
    canvas.fill(end, {{side * 0.07, -0.26}, {side * 0.27, -0.26}, {side * 0.27, 0.1}, {side * 0.07, 0.1}},
                rgb(190, 212, 222));
  }
  canvas.fill(end, {{-0.14, -0.475}, {0.14, -0.475}, {0.14, -0.385}, {-0.14, -0.385}},
              rgb(30, 132, 76));  // The exit sign.
}

}  // namespace

HallwayStyle HallwayStyle::sample(Rng& rng) {
  const double wall = rng.uniform(110, 230), floor = rng.uniform(50, 190);
  return {.seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30)),
          .wall = sample_tint(rng, wall, {0.92, 1.02}, {0.8, 1.05}),
          .floor = sample_tint(rng, floor, {0.88, 1.02}, {0.75, 1.05}),
          .door = sample_rgb(rng, {50, 190}, {50, 150}, {40, 150}),
          .half_width = rng.uniform(0.6, 0.95)};
}

cv::Mat hallway_backdrop(cv::Size size, const HallwayStyle& style) {
  Canvas canvas(gradient(size, style.wall, style.wall));
  const Corridor corridor{frame_pose(size), style.half_width};
  draw_shell(canvas, corridor, style);
  draw_floor_tiles(canvas, corridor, style);
  draw_end_wall(canvas, corridor, style);
  for (const double side : {-1.0, 1.0}) {
    draw_door(canvas, corridor, style, side, 0.98, 0.72);
    draw_door(canvas, corridor, style, side, 0.47, 0.4);
  }
  draw_ceiling_lamps(canvas, corridor);
  weather(canvas.picture(), style.seed, 0.09, 0.25 * size.height);
  return canvas.picture();
}

}  // namespace kinesight::sim
