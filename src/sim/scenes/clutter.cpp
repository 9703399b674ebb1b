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
    return {Sway::sample(rng, rng.uniform(-0.9, 0.9) * reach, 0.12),
            Sway::sample(rng, rng.uniform(0.12, 0.95), 0.08),
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
  const auto drifter = [&](Range size, double turn) {
    return Drifter::sample(rng, reach, rng.uniform(size.least, size.most), degrees(turn));
  };
  switch (rng.integer(0, 4)) {
    case 0: {
      const Drifter place = drifter({0.14, 0.5}, 180);
      return drifting(picture, place, [style = KnifeStyle::sample(rng)](Canvas& c, const Pose& p) {
        draw_knife(c, p, style);
      });
    }
    case 1: {
      const Drifter place = drifter({0.13, 0.5}, 60);
      return drifting(picture, place,
                      [style = GunStyle::sample(rng)](Canvas& c, const Pose& p) { draw_gun(c, p, style); });
    }
    case 2: {
      const Pose pose = drifter({0.12, 0.6}, 0).at(frame_pose(picture), 0);
      return {{},
              [pose, style = FireStyle::sample(rng)](Canvas& c, double t) { draw_fire(c, pose, style, t); }};
    }
    case 3: {
      const Pose pose = drifter({0.2, 0.8}, 0).at(frame_pose(picture), 0);
      return {{}, [pose, style = SmokeStyle::sample(rng)](Canvas& c, double t) {
                draw_smoke(c, pose, style, t);
              }};
    }
    default: {
      const Drifter place = drifter({0.12, 0.4}, 12);
      return drifting(picture, place, [style = PlateStyle::sample(rng)](Canvas& c, const Pose& p) {
        draw_plate(c, p, style);
      });
    }
  }
}

cv::Mat any_backdrop(cv::Size size, Rng& rng) {
  switch (rng.integer(0, 4)) {
    case 0:
      return room_backdrop(size, rng);
    case 1:
      return street_backdrop(size, rng);
    case 2:
      return hallway_backdrop(size, HallwayStyle::sample(rng));
    case 3:
      return parking_backdrop(size, ParkingStyle::sample(rng));
    default:
      return abstract_backdrop(size, rng);
  }
}

}  // namespace

Stage random_clutter_stage(const StageOptions& options, Rng& rng) {
  Stage stage{.backdrop = any_backdrop(options.size, rng), .actors = {}, .look = Look::sample(rng)};
  const double reach = 0.5 * options.size.width / options.size.height;
  const auto add_prop = [&](double most) {
    const Drifter place = Drifter::sample(rng, reach, rng.uniform(0.08, most), 0.3);
    stage.actors.push_back(drifting(options.size, place, sample_prop(rng)));
  };
  for (int k = rng.integer(0, 3); k > 0; --k) add_prop(0.45);
  if (rng.chance(0.25)) {
    const Ground ground{0.4, 0.55};
    const Walk walk{.x = rng.uniform(-reach, reach), .nearness = rng.uniform(0.5, 1)};
    stage.actors.push_back(walker(options.size, ground, walk, PersonStyle::sample(rng)));
  }
  for (int k = rng.integer(1, 3); options.labelled && k > 0; --k) {
    stage.actors.push_back(labelled_object(options.size, rng, reach));
  }
  if (rng.chance(0.4)) add_prop(0.2);  // Before the objects: it may hide a part of them.
  return stage;
}

}  // namespace kinesight::sim
