#include "sim/noise.h"
#include "sim/objects/props.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

/// A car in a bay at the far side, seen from the side: no plate.
Actor parked(cv::Size picture, double x, const Colour& paint, bool to_the_left, double nearness = 0.33) {
  return {{}, [=](Canvas& canvas, double) {
            Pose pose = kParkingGround.place(frame_pose(picture), x, nearness, 1.05);
            pose.mirrored = to_the_left;
            draw_car_side(canvas, pose, paint);
          }};
}

Actor standing(const Pose& pose, const Prop& prop) {
  return {{}, [=](Canvas& canvas, double) { prop(canvas, pose); }};
}

CarStyle car(const Colour& paint, std::string text, bool rear, bool labelled) {
  CarStyle style{.paint = paint, .rear = rear, .plate = PlateStyle{.text = std::move(text)}};
  if (!labelled) style.plate.reset();
  return style;
}

}  // namespace

Stage parking_stage(const StageOptions& options) {
  Stage stage{.backdrop = parking_backdrop(options.size, {}), .actors = {}, .look = {.seed = 12}, .loop_seconds = 30};
  const Pose frame = frame_pose(options.size);
  const Point bin{0.5, 0.72};
  stage.actors.push_back(parked(options.size, -1.9, rgb(52, 84, 132), false));
  stage.actors.push_back(parked(options.size, 0.35, rgb(196, 198, 200), true));
  stage.actors.push_back(walker(options.size, kParkingGround, {.when = {11, 21}, .x = {{11, -3.4}, {21, 3.4}}, .nearness = 0.45, .size = 0.75},
                                {.shirt = rgb(196, 150, 60)}));
  stage.actors.push_back(standing(frame.part(bin, 0.16), [](Canvas& canvas, const Pose& pose) { draw_bin(canvas, pose, rgb(60, 92, 76)); }));
  if (options.labelled) {
    const Blaze spec{.when = {13.5, 24.5}, .at = bin + Point{0, -0.14}, .fire_size = 0.26, .smoke_size = 0.56,
                     .fire = {{14.5, 0}, {16.5, 1}, {21.5, 1}, {22.8, 0}}, .smoke = {{13.5, 0}, {16, 1}, {22.5, 1}, {24.5, 0}}};
    stage.actors.push_back(blaze(options.size, spec, {.seed = 21, .width = 0.7}, {.seed = 22, .width = 0.7, .lean = 0.3, .density = 1.05, .colour = rgb(84, 84, 88)}));
  }
  // One comes from the left, stops before the camera and goes on; the other drives away from it.
  stage.actors.push_back(driver(options.size, kParkingGround, {.when = {2, 12.5}, .x = {{2, -2.6}, {5.5, -0.35}, {8.5, -0.35}, {12.5, -1.9}}, .nearness = {{2, 0.55}, {5.5, 0.86}, {8.5, 0.88}, {12.5, 1.25}}},
                                car(rgb(158, 38, 44), "KS 4821", false, options.labelled)));
  stage.actors.push_back(driver(options.size, kParkingGround, {.when = {20, 28.5}, .x = {{20, -1.7}, {23, -0.5}, {25, -0.42}, {28.5, -2.9}}, .nearness = {{20, 1.2}, {23, 0.85}, {25, 0.8}, {28.5, 0.6}}},
                                car(rgb(222, 224, 226), "AB 7310", true, options.labelled)));
  return stage;
}

Stage random_parking_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = parking_backdrop(options.size, ParkingStyle::sample(rng)), .actors = {}, .look = Look::sample(rng)};
  const double reach = 0.5 * options.size.width / options.size.height;
  const Pose frame = frame_pose(options.size);
  const auto somewhere = [&](double nearness) { return rng.uniform(-reach, reach) / nearness; };
  for (int k = rng.integer(0, 2); k > 0; --k) {
    const double nearness = rng.uniform(0.28, 0.4);
    stage.actors.push_back(parked(options.size, somewhere(nearness), CarStyle::sample(rng).paint, rng.chance(0.5), nearness));
  }
  if (rng.chance(0.6)) {
    const double nearness = rng.uniform(0.4, 0.7);
    stage.actors.push_back(standing(kParkingGround.place(frame, somewhere(nearness), nearness, 0.3), sample_prop(rng)));
  }
  if (rng.chance(0.4)) {
    const double nearness = rng.uniform(0.45, 0.9);
    Carried carried = sample_harmless_item(rng);
    const double kind = rng.uniform(0, 1);
    if (kind < 0.3 && options.labelled) carried = holding(KnifeStyle::sample(rng), 0.3, degrees(rng.uniform(-25, 25)));
    if (kind > 0.7 && options.labelled) carried = holding(GunStyle::sample(rng), 0.23, degrees(rng.uniform(-25, 25)));
    const Walk walk{.x = somewhere(nearness), .nearness = nearness, .to_the_left = rng.chance(0.5), .arm = degrees(rng.uniform(5, 85)), .forearm = degrees(rng.uniform(-75, 40))};
    stage.actors.push_back(walker(options.size, kParkingGround, walk, PersonStyle::sample(rng), carried));
  }
  if (options.labelled && rng.chance(0.55)) {
    const double height = rng.uniform(0.55, 0.95);
    const Blaze spec{.at = {rng.uniform(-0.9, 0.9) * reach, height}, .fire_size = rng.uniform(0.1, 0.45), .smoke_size = rng.uniform(0.25, 0.75),
                     .fire = rng.chance(0.7) ? rng.uniform(0.5, 1) : 0.0, .smoke = rng.chance(0.75) ? rng.uniform(0.65, 1) : 0.0};
    stage.actors.push_back(blaze(options.size, spec, FireStyle::sample(rng), SmokeStyle::sample(rng)));
  }
  double nearness = rng.uniform(0.45, 0.8);
  for (int k = rng.integer(0, 2); k > 0; --k, nearness += rng.uniform(0.15, 0.4)) {
    CarStyle style = CarStyle::sample(rng);
    if (!options.labelled) style.plate.reset();
    stage.actors.push_back(driver(options.size, kParkingGround, {.x = somewhere(nearness), .nearness = nearness, .size = rng.uniform(0.55, 0.72)}, style));
  }
  return stage;
}

}  // namespace kinesight::sim
