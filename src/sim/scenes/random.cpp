#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {

Stage random_hallway_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = hallway_backdrop(options.size, HallwayStyle::sample(rng)),
              .actors = {},
              .look = Look::sample(rng)};
  const auto enter = [&](Range nearness) {
    stage.actors.push_back(sample_walker(options.size, kHallwayGround, nearness, options.labelled, rng));
  };
  if (rng.chance(0.5)) enter({0.5, 0.75});
  if (options.labelled && rng.chance(0.2)) stage.actors.push_back(sample_blaze(options.size, rng));
  enter({0.6, 1.15});
  return stage;
}

Stage random_parking_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = parking_backdrop(options.size, ParkingStyle::sample(rng)),
              .actors = {},
              .look = Look::sample(rng)};
  const double reach = 0.5 * options.size.width / options.size.height;
  const auto anywhere = [&](double nearness) { return rng.uniform(-reach, reach) / nearness; };
  for (int k = rng.integer(0, 2); k > 0; --k) {
    const double nearness = rng.uniform(0.28, 0.4);
    const Point place{anywhere(nearness), nearness};
    const Colour paint = CarStyle::sample(rng).paint;
    stage.actors.push_back(parked_car(options.size, kParkingGround, place, paint, rng.chance(0.5)));
  }
  if (rng.chance(0.6)) {
    const double nearness = rng.uniform(0.4, 0.7);
    const Pose pose = kParkingGround.place(frame_pose(options.size), anywhere(nearness), nearness, 0.3);
    stage.actors.push_back(standing(pose, sample_prop(rng)));
  }
  if (rng.chance(0.4)) {
    stage.actors.push_back(sample_walker(options.size, kParkingGround, {0.45, 0.9}, options.labelled, rng));
  }
  if (options.labelled && rng.chance(0.55)) stage.actors.push_back(sample_blaze(options.size, rng));
  double nearness = rng.uniform(0.45, 0.8);
  for (int k = rng.integer(0, 2); k > 0; --k, nearness += rng.uniform(0.15, 0.4)) {
    CarStyle style = CarStyle::sample(rng);
    if (!options.labelled) style.plate.reset();
    const Drive drive{.x = anywhere(nearness), .nearness = nearness, .size = rng.uniform(0.55, 0.72)};
    stage.actors.push_back(driver(options.size, kParkingGround, drive, style));
  }
  return stage;
}

Stage random_stage(const StageOptions& options, Rng& rng) {
  StageOptions drawn = options;
  drawn.labelled = options.labelled && rng.chance(0.9);  // Some pictures show nothing that counts.
  const double kind = rng.uniform(0, 1);
  if (kind < 0.3) return random_hallway_stage(drawn, rng);
  if (kind < 0.65) return random_parking_stage(drawn, rng);
  return random_clutter_stage(drawn, rng);
}

}  // namespace kinesight::sim
