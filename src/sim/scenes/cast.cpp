#include "sim/scenes/cast.h"

#include <numbers>

namespace kinesight::sim {

Carried holding(const KnifeStyle& knife, double size, double turn) {
  return [=](Canvas& canvas, const Pose& hand) { draw_knife(canvas, hand.part({}, size, turn), knife); };
}

Carried holding(const GunStyle& gun, double size, double turn) {
  return [=](Canvas& canvas, const Pose& hand) { draw_gun(canvas, hand.part({0.01, 0}, size, turn), gun); };
}

Actor walker(cv::Size picture, const Ground& ground, const Walk& walk, const PersonStyle& style, const Carried& carried) {
  return {walk.when, [=](Canvas& canvas, double t) {
            Pose pose = ground.place(frame_pose(picture), walk.x.at(t), walk.nearness.at(t), walk.size);
            pose.mirrored = walk.to_the_left;
            const double stride = 2 * std::numbers::pi * walk.pace * t;
            // The hand moves a little with every step.
            const double bob = 0.09 * std::sin(stride) * (walk.pace > 0 ? 1 : 0.3);
            draw_person(canvas, pose, style,
                        {.stride = stride, .swing = walk.pace > 0 ? 1.0 : 0.15, .arm = walk.arm + bob, .forearm = walk.forearm + bob}, carried);
          }};
}

Actor driver(cv::Size picture, const Ground& ground, const Drive& drive, const CarStyle& style) {
  return {drive.when, [=](Canvas& canvas, double t) {
            draw_car(canvas, ground.place(frame_pose(picture), drive.x.at(t), drive.nearness.at(t), drive.size), style);
          }};
}

Actor blaze(cv::Size picture, const Blaze& spec, const FireStyle& fire, const SmokeStyle& smoke) {
  return {spec.when, [=](Canvas& canvas, double t) {
            const Pose frame = frame_pose(picture);
            draw_smoke(canvas, frame.part(spec.at + Point{0, -0.55 * spec.fire_size * spec.fire.at(t)}, spec.smoke_size), smoke, t, spec.smoke.at(t));
            draw_fire(canvas, frame.part(spec.at, spec.fire_size), fire, t, spec.fire.at(t));
          }};
}

}  // namespace kinesight::sim
