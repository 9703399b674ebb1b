#include "sim/objects/props.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

/// A prop or an object that drifts about.
struct Drifter {
  Sway x, y, turn;
  double size;
  bool mirrored;

  static Drifter sample(Rng& rng, double reach, double size, double most_turn) {
    return {Sway::sample(rng, rng.uniform(-0.9, 0.9) * reach, 0.12), Sway::sample(rng, rng.uniform(0.12, 0.95), 0.08),
            Sway::sample(rng, rng.uniform(-most_turn, most_turn), 0.2), size, rng.chance(0.5)};
  }
  Pose at(const Pose& frame, double t) const {
    Pose pose = frame.part({x.at(t), y.at(t)}, size, turn.at(t));
    pose.mirrored = mirrored;
    return pose;
  }
};

Actor drifting(cv::Size picture, const Drifter& drifter, const Prop& prop) {
  return {{}, [=](Canvas& canvas, double t) { prop(canvas, drifter.at(frame_pose(picture), t)); }};
}

/// Something that has a label, at a size at which it can be told.
Actor labelled_object(cv::Size picture, Rng& rng, double reach) {
  const auto drifter = [&](double least, double most, double turn) { return Drifter::sample(rng, reach, rng.uniform(least, most), degrees(turn)); };
  switch (rng.integer(0, 4)) {
    case 0: return drifting(picture, drifter(0.14, 0.5, 180), [style = KnifeStyle::sample(rng)](Canvas& c, const Pose& p) { draw_knife(c, p, style); });
    case 1: return drifting(picture, drifter(0.13, 0.5, 60), [style = GunStyle::sample(rng)](Canvas& c, const Pose& p) { draw_gun(c, p, style); });
    case 2: {
      const Drifter place = drifter(0.12, 0.6, 0);
      return {{}, [=, style = FireStyle::sample(rng)](Canvas& c, double t) { draw_fire(c, place.at(frame_pose(picture), 0), style, t); }};
    }
    case 3: {
      const Drifter place = drifter(0.2, 0.8, 0);
      return {{}, [=, style = SmokeStyle::sample(rng)](Canvas& c, double t) { draw_smoke(c, place.at(frame_pose(picture), 0), style, t); }};
    }
    default: return drifting(picture, drifter(0.12, 0.4, 12), [style = PlateStyle::sample(rng)](Canvas& c, const Pose& p) { draw_plate(c, p, style); });
  }
}

cv::Mat any_backdrop(cv::Size size, Rng& rng) {
  switch (rng.integer(0, 4)) {
    case 0: return room_backdrop(size, rng);
    case 1: return street_backdrop(size, rng);
    case 2: return hallway_backdrop(size, HallwayStyle::sample(rng));
    case 3: return parking_backdrop(size, ParkingStyle::sample(rng));
    default: return abstract_backdrop(size, rng);
  }
}

}  // namespace

Stage random_clutter_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = any_backdrop(options.size, rng), .actors = {}, .look = Look::sample(rng)};
  const double reach = 0.5 * options.size.width / options.size.height;
  const auto add_prop = [&](double most) {
    stage.actors.push_back(drifting(options.size, Drifter::sample(rng, reach, rng.uniform(0.08, most), 0.3), sample_prop(rng)));
  };
  for (int k = rng.integer(0, 3); k > 0; --k) add_prop(0.45);
  if (rng.chance(0.25)) {
    const Ground ground{0.4, 0.55};
    stage.actors.push_back(walker(options.size, ground, {.x = rng.uniform(-reach, reach), .nearness = rng.uniform(0.5, 1)}, PersonStyle::sample(rng)));
  }
  for (int k = rng.integer(1, 3); options.labelled && k > 0; --k) stage.actors.push_back(labelled_object(options.size, rng, reach));
  if (rng.chance(0.4)) add_prop(0.2);  // Before the objects: it may hide a part of them.
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
