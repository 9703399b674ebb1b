#include "sim/scenes/cast.h"

#include <numbers>

namespace kinesight::sim {

Carried holding(const KnifeStyle& knife, double size, double turn) {
  return [=](Canvas& canvas, const Pose& hand) { draw_knife(canvas, hand.part({}, size, turn), knife); };
}

Carried holding(const GunStyle& gun, double size, double turn) {
  return [=](Canvas& canvas, const Pose& hand) { draw_gun(canvas, hand.part({0.01, 0}, size, turn), gun); };
}

Actor walker(cv::Size picture, const Ground& ground, const Walk& walk, const PersonStyle& style,
             const Carried& carried) {
  return {walk.when, [=](Canvas& canvas, double t) {
            Pose pose = ground.place(frame_pose(picture), walk.x.at(t), walk.nearness.at(t), walk.size);
            pose.mirrored = walk.to_the_left;
            const double stride = 2 * std::numbers::pi * walk.pace * t;
            // The hand moves a little with every step.
            const double bob = 0.09 * std::sin(stride) * (walk.pace > 0 ? 1 : 0.3);
            draw_person(canvas, pose, style,
                        {.stride = stride,
                         .swing = walk.pace > 0 ? 1.0 : 0.15,
                         .arm = walk.arm + bob,
                         .forearm = walk.forearm + bob},
                        carried);
          }};
}

namespace {

Carried sample_carried(bool armed, Rng& rng) {
  const double kind = rng.uniform(0, 1);
  const double size = rng.uniform(0.85, 1.3);
  const double turn = degrees(rng.uniform(-25, 25));
  if (armed && kind < 0.38) return holding(KnifeStyle::sample(rng), 0.27 * size, turn);
  if (armed && kind < 0.76) return holding(GunStyle::sample(rng), 0.21 * size, turn);
  if (kind < 0.95) return sample_harmless_item(rng);
  return {};
}

}  // namespace

Actor sample_walker(cv::Size picture, const Ground& ground, Range nearness, bool armed, Rng& rng) {
  const double reach = 0.5 * picture.width / picture.height;
  const double near = rng.uniform(nearness.least, nearness.most);
  const Walk walk{.x = rng.uniform(-reach, reach) / near,
                  .nearness = near,
                  .to_the_left = rng.chance(0.5),
                  .pace = rng.chance(0.8) ? rng.uniform(0.7, 1.2) : 0,
                  .arm = degrees(rng.uniform(5, 85)),
                  .forearm = degrees(rng.uniform(-75, 40))};
  const PersonStyle style = PersonStyle::sample(rng);
  return walker(picture, ground, walk, style, sample_carried(armed, rng));
}

Actor driver(cv::Size picture, const Ground& ground, const Drive& drive, const CarStyle& style) {
  return {drive.when, [=](Canvas& canvas, double t) {
            draw_car(canvas,
                     ground.place(frame_pose(picture), drive.x.at(t), drive.nearness.at(t), drive.size),
                     style);
          }};
}

Actor parked_car(cv::Size picture, const Ground& ground, Point place, const Colour& paint, bool to_the_left) {
  Pose pose = ground.place(frame_pose(picture), place.x, place.y, 1.05);
  pose.mirrored = to_the_left;
  return {{}, [=](Canvas& canvas, double) { draw_car_side(canvas, pose, paint); }};
}

Actor standing(const Pose& pose, const Prop& prop) {
  return {{}, [=](Canvas& canvas, double) { prop(canvas, pose); }};
}

Actor blaze(cv::Size picture, const Blaze& spec, const FireStyle& fire, const SmokeStyle& smoke) {
  return {spec.when, [=](Canvas& canvas, double t) {
            const Pose frame = frame_pose(picture);
            draw_smoke(
                canvas,
                frame.part(spec.at + Point{0, -0.55 * spec.fire_size * spec.fire.at(t)}, spec.smoke_size),
                smoke, t, spec.smoke.at(t));
            draw_fire(canvas, frame.part(spec.at, spec.fire_size), fire, t, spec.fire.at(t));
          }};
}

Actor sample_blaze(cv::Size picture, Rng& rng) {
  const double reach = 0.5 * picture.width / picture.height;
  const double kind = rng.uniform(0, 1);
  const Blaze spec{.at = {rng.uniform(-0.9, 0.9) * reach, rng.uniform(0.55, 0.95)},
                   .fire_size = rng.uniform(0.1, 0.45),
                   .smoke_size = rng.uniform(0.25, 0.75),
                   .fire = kind < 0.75 ? rng.uniform(0.5, 1) : 0,
                   .smoke = kind > 0.25 ? rng.uniform(0.65, 1) : 0};
  const FireStyle fire = FireStyle::sample(rng);
  return blaze(picture, spec, fire, SmokeStyle::sample(rng));
}

}  // namespace kinesight::sim
