#include "sim/backdrops/backdrop.h"
#include "sim/noise.h"
#include "sim/objects/props.h"
#include "sim/stage.h"

namespace kinesight::sim {
namespace {

constexpr double kEdge = 0.2;  // Nearness of the far edge of the asphalt.

Point on_ground(double x, double nearness) {
  return {x * nearness, kParkingGround.horizon + kParkingGround.drop * nearness};
}

void draw_building(Canvas& canvas, const Pose& frame, const ParkingStyle& style, double half) {
  const double foot = on_ground(0, kEdge).y;
  canvas.fill(frame, {{-half, 0.13}, {half * 0.45, 0.13}, {half * 0.45, foot}, {-half, foot}},
              style.building);
  canvas.fill(frame, {{-half, 0.115}, {half * 0.46, 0.115}, {half * 0.46, 0.14}, {-half, 0.14}},
              shade(style.building, 0.7));
  canvas.fill(frame, {{half * 0.45, 0.25}, {half, 0.25}, {half, foot}, {half * 0.45, foot}},
              shade(style.building, 0.8));
  Rng rng(style.seed);
  for (double y = 0.175; y < foot - 0.12; y += 0.1) {
    for (double x = -half + 0.06; x < half * 0.4; x += 0.125) {
      const bool lit = style.lit_windows && rng.chance(0.45);
      canvas.fill(frame, {{x, y}, {x + 0.07, y}, {x + 0.07, y + 0.055}, {x, y + 0.055}},
                  lit ? rgb(246, 214, 140) : rgb(84, 102, 120));
      canvas.stroke(frame, {{x, y + 0.058}, {x + 0.07, y + 0.058}}, 0.005, shade(style.building, 1.2));
    }
  }
}

void draw_bays(Canvas& canvas, const Pose& frame, const ParkingStyle& style, double half) {
  const Colour line = mix(style.asphalt, rgb(240, 240, 235), 0.75);
  for (int bay = -6; bay <= 6; ++bay) {
    const double x = bay * 0.62 + 0.31;
    canvas.fill(
        frame, {on_ground(x, 0.3), on_ground(x + 0.025, 0.3), on_ground(x + 0.025, 0.46), on_ground(x, 0.46)},
        line);
    canvas.fill(
        frame, {on_ground(x, 0.72), on_ground(x + 0.025, 0.72), on_ground(x + 0.025, 1.3), on_ground(x, 1.3)},
        line);
  }
  const double kerb = on_ground(0, kEdge).y;
  canvas.fill(frame,
              {{-half, kerb - 0.012}, {half, kerb - 0.012}, {half, kerb + 0.012}, {-half, kerb + 0.012}},
              shade(style.asphalt, 1.45));
}

}  // namespace

ParkingStyle ParkingStyle::sample(Rng& rng) {
  const double grey = rng.uniform(52, 150);
  const double brick = rng.uniform(80, 200);
  const bool dusk = rng.chance(0.3);
  return {.seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30)),
          .sky_top = dusk ? rgb(44, 50, 88) : sample_rgb(rng, {80, 180}, {130, 190}, {180, 220}),
          .sky_bottom = dusk ? rgb(206, 138, 108) : sample_rgb(rng, {190, 230}, {200, 230}, {210, 235}),
          .asphalt = rgb(grey, grey * 1.01, grey * rng.uniform(0.96, 1.08)),
          .building = sample_tint(rng, brick, {0.75, 1}, {0.65, 1}),
          .lit_windows = dusk};
}

cv::Mat parking_backdrop(cv::Size size, const ParkingStyle& style) {
  const Pose frame = frame_pose(size);
  const double half = 0.5 * size.width / size.height + 0.02;
  Canvas canvas(gradient({size.width, size.height / 2}, style.sky_top, style.sky_bottom));
  cv::Mat ground = gradient({size.width, size.height - size.height / 2}, shade(style.asphalt, 1.08),
                            shade(style.asphalt, 0.86));
  weather(ground, style.seed, 0.16, 0.06 * size.height);
  cv::Mat picture;
  cv::vconcat(canvas.picture(), ground, picture);
  Canvas yard(picture);
  const double kerb = on_ground(0, kEdge).y;
  yard.fill(frame, {{-half, kerb}, {half, kerb}, {half, 0.52}, {-half, 0.52}}, shade(style.asphalt, 1.07));
  draw_building(yard, frame, style, half);
  for (const double x : {0.55, 0.72, 0.84})
    draw_lobes(yard, {frame.map({half * x, kerb}), frame.scale * 0.17}, rgb(58, 96, 58),
               style.seed + static_cast<std::uint64_t>(100 * x));
  draw_bays(yard, frame, style, half);
  weather(yard.picture(), style.seed + 1, 0.05, 0.3 * size.height);
  return yard.picture();
}

}  // namespace kinesight::sim
