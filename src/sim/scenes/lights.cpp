#include <algorithm>
#include <cmath>

#include "sim/objects/lights.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

/// A car park by night.
ParkingStyle night(Rng& rng) {
  ParkingStyle style = ParkingStyle::sample(rng);
  style.sky_top = rgb(10, 12, 24);
  style.sky_bottom = rgb(40, 38, 52);
  style.asphalt = shade(style.asphalt, 0.42);
  style.building = shade(style.building, 0.4);
  style.lit_windows = true;
  return style;
}

CarStyle without_plate(Rng& rng) {
  CarStyle style = CarStyle::sample(rng);
  style.paint = shade(style.paint, 0.5);
  style.rear = false;
  style.lights = true;
  style.plate.reset();
  return style;
}

/// A car that comes towards the camera with its headlights on.
Actor approaching(cv::Size picture, const Interval& when, Rng& rng) {
  const double x = rng.uniform(-0.6, 0.6), speed = rng.uniform(0.6, 1);
  const Drive drive{.when = when,
                    .x = {{when.from, x}, {when.to, x + rng.uniform(-0.5, 0.5)}},
                    .nearness = {{when.from, 0.3}, {when.from + (when.to - when.from) / speed, 1.3}}};
  const Colour light = sample_rgb(rng, {250, 255}, {190, 240}, {110, 225});
  const Actor car = driver(picture, kParkingGround, drive, without_plate(rng));
  return {when, [=](Canvas& canvas, double t) {
            car.draw(canvas, t);
            const Pose pose =
                kParkingGround.place(frame_pose(picture), drive.x.at(t), drive.nearness.at(t), drive.size);
            for (const double side : {-0.37, 0.37})
              draw_headlight(canvas, pose.part({side, -0.303}, 0.3), light);
          }};
}

/// A car that passes from one side to the other behind its headlights.
Actor passing(cv::Size picture, const Interval& when, Rng& rng) {
  const double reach = 0.5 * picture.width / picture.height, near = rng.uniform(0.35, 0.75);
  const double side = rng.chance(0.5) ? 1 : -1;
  const double edge = reach / near + 0.7;
  const Track x{{when.from, -side * edge}, {when.to, side * edge}};
  const Colour paint = shade(CarStyle::sample(rng).paint, 0.4);
  const Colour light = sample_rgb(rng, {250, 255}, {190, 240}, {110, 225});
  return {when, [=](Canvas& canvas, double t) {
            Pose pose = kParkingGround.place(frame_pose(picture), x.at(t), near, 1.05);
            pose.mirrored = side < 0;
            draw_car_side(canvas, pose, paint);
            draw_headlight(canvas, pose.part({0.48, -0.16}, 0.22), light);
          }};
}

/// Lamps and beacons on walls and posts, which stay where they are.
Actor lamp(cv::Size picture, Rng& rng) {
  const double reach = 0.5 * picture.width / picture.height;
  const double x = rng.uniform(-0.9, 0.9) * reach, y = rng.uniform(0.15, 0.75);
  const Pose pose = frame_pose(picture).part({x, y}, rng.uniform(0.06, 0.24));
  return {{}, [pose, style = BeaconStyle::sample(rng)](Canvas& canvas, double t) {
            draw_beacon(canvas, pose, style, t);
          }};
}

/// A car in a bay with a beacon on its roof.
Actor service_car(cv::Size picture, Rng& rng) {
  const double near = rng.uniform(0.4, 0.8), x = rng.uniform(-0.7, 0.7) / near;
  const CarStyle car = without_plate(rng);
  BeaconStyle style = BeaconStyle::sample(rng);
  if (style.kind == BeaconStyle::Kind::welding) style.kind = BeaconStyle::Kind::rotating;
  const Pose pose = kParkingGround.place(frame_pose(picture), x, near, 0.62);
  return {{}, [=](Canvas& canvas, double t) {
            draw_car(canvas, pose, car);
            draw_beacon(canvas, pose.part({0.1, -car.roof - 0.06}, 0.22), style, t);
          }};
}

/// The low sun, which comes out from behind clouds and goes again.
Actor sun(cv::Size picture, Rng& rng) {
  const double reach = 0.5 * picture.width / picture.height;
  const double x = rng.uniform(-0.8, 0.8) * reach, y = rng.uniform(0.08, 0.6);
  const double size = rng.uniform(0.12, 0.3);
  const Sway clouds = Sway::sample(rng, 0.6, 0.4);
  const Pose pose = frame_pose(picture).part({x, y}, size);
  return {{},
          [=](Canvas& canvas, double t) { draw_glare(canvas, pose, std::clamp(clouds.at(t), 0.0, 1.0)); }};
}

}  // namespace

Stage lights_stage(const StageOptions& options, Rng& rng) {
  const bool dark = rng.chance(0.75);
  Stage stage{.backdrop = parking_backdrop(options.size, dark ? night(rng) : ParkingStyle::sample(rng)),
              .actors = {},
              .look = Look::sample(rng)};
  if (!dark || rng.chance(0.2)) stage.actors.push_back(sun(options.size, rng));
  for (int k = rng.integer(1, 2); k > 0; --k) stage.actors.push_back(lamp(options.size, rng));
  if (rng.chance(0.6)) stage.actors.push_back(service_car(options.size, rng));
  for (double from = rng.uniform(0, 3); from < 24; from += rng.uniform(6, 10)) {
    const Interval when{from, from + rng.uniform(5, 9)};
    stage.actors.push_back(rng.chance(0.5) ? approaching(options.size, when, rng)
                                           : passing(options.size, when, rng));
  }
  return stage;
}

}  // namespace kinesight::sim
