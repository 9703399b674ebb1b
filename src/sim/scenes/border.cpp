#include <algorithm>

#include "sim/objects/plate.h"
#include "sim/scene.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

constexpr double kPlateAbove = 0.155;  // The plate's middle above the ground, in widths of the car.

CarStyle sample_car(const StageOptions& options, Rng& rng) {
  CarStyle style = CarStyle::sample(rng);
  if (!options.labelled) style.plate.reset();
  return style;
}

/// A car that comes nearer along the region's right edge: 15 to 38 % of its plate's width lie inside.
Actor along_the_right(const StageOptions& options, const CarStyle& style, Rng& rng) {
  const cv::Size picture = options.size;
  const double edge = (kBorderRegion.right - 0.5) * picture.width / picture.height;
  const double size = rng.uniform(0.55, 0.7), inside = rng.uniform(0.15, 0.38);
  const Track nearness{{2, 0.6}, {12, 0.85}, {20, 0.85}, {30, 0.95}};
  return {{}, [=](Canvas& canvas, double t) {
            const double near = nearness.at(t);
            const double plate = style.plate_width * size * near;
            const double x = (edge + (0.5 - inside) * plate) / near;
            draw_car(canvas, kParkingGround.place(frame_pose(picture), x, near, size), style);
          }};
}

/// A car that goes sideways before the region's lower edge, which cuts its plate: the upper 20 to 50 % lie
/// inside.
Actor along_the_bottom(const StageOptions& options, const CarStyle& style, Rng& rng) {
  const cv::Size picture = options.size;
  const double size = rng.uniform(0.55, 0.7), inside = rng.uniform(0.2, 0.5);
  // How far a car's plate is below the horizon at nearness 1: its middle and what is to be below the edge.
  // Where the edge is to cut a car's plate, as its height below the horizon at nearness 1.
  const double below =
      kParkingGround.drop - (kPlateAbove + (0.5 - inside) * style.plate_width * kPlateHeight) * size;
  const double near = (kBorderRegion.bottom - kParkingGround.horizon) / below;
  const double from = rng.uniform(-0.7, -0.45), to = rng.uniform(-0.45, -0.2);
  const Track x{{0, from}, {15, to}, {30, from}};
  return {{}, [=](Canvas& canvas, double t) {
            draw_car(canvas, kParkingGround.place(frame_pose(picture), x.at(t), near, size), style);
          }};
}

}  // namespace

Stage border_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = parking_backdrop(options.size, ParkingStyle::sample(rng)),
              .actors = {},
              .look = Look::sample(rng)};
  const CarStyle style = sample_car(options, rng);
  stage.actors.push_back(rng.chance(0.5) ? along_the_right(options, style, rng)
                                         : along_the_bottom(options, style, rng));
  return stage;
}

}  // namespace kinesight::sim
