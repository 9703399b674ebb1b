#include "sim/objects/person.h"

#include <cmath>

namespace kinesight::sim {
namespace {

constexpr Point kHip{0, -0.48};
constexpr Point kShoulder{0.005, -0.79};
constexpr Point kHead{0.02, -0.925};

void draw_leg(Canvas& canvas, const Pose& pose, const PersonStyle& style, double swing, double tone) {
  const double bend = std::max(0.0, -swing) * 0.5;  // The leg behind bends its knee.
  const Point knee = kHip + direction(degrees(90) - swing * 0.75) * 0.24;
  const Point foot = knee + direction(degrees(90) - swing * 0.75 + bend) * 0.235;
  canvas.stroke(pose, {kHip, knee}, 0.1 * style.girth, shade(style.trousers, tone));
  canvas.stroke(pose, {knee, foot}, 0.075 * style.girth, shade(style.trousers, tone));
  canvas.stroke(pose, {foot + Point{-0.01, 0.005}, foot + Point{0.065, 0.008}}, 0.04,
                shade(rgb(40, 34, 32), tone));
}

Point draw_arm(Canvas& canvas, const Pose& pose, const PersonStyle& style, double upper, double lower,
               double tone) {
  const Point elbow = kShoulder + direction(upper) * 0.17;
  const Point hand = elbow + direction(lower) * 0.165;
  canvas.stroke(pose, {kShoulder, elbow}, 0.068 * style.girth, shade(style.shirt, tone));
  canvas.stroke(pose, {elbow, elbow + (hand - elbow) * 0.85}, 0.054, shade(style.shirt, tone * 0.96));
  return hand;
}

void draw_hand(Canvas& canvas, const Pose& pose, const PersonStyle& style, Point hand) {
  canvas.ellipse(pose, hand, {0.029, 0.027}, style.skin);
}

void draw_torso(Canvas& canvas, const Pose& pose, const PersonStyle& style) {
  const double w = 0.092 * style.girth;
  canvas.fill(pose,
              {{-w * 0.75, -0.82},
               {0.01, -0.845},
               {w * 0.85, -0.81},
               {w * 1.1, -0.7},
               {w, -0.46},
               {-w, -0.46},
               {-w * 1.12, -0.7}},
              style.shirt);
  canvas.fill(pose,
              {{-w * 0.75, -0.82}, {-w * 0.2, -0.83}, {-w * 0.35, -0.46}, {-w, -0.46}, {-w * 1.12, -0.7}},
              shade(style.shirt, 0.82));
  canvas.stroke(pose, {{-w, -0.462}, {w, -0.462}}, 0.022, shade(style.trousers, 0.6));
}

void draw_head(Canvas& canvas, const Pose& pose, const PersonStyle& style) {
  canvas.stroke(pose, {{0.01, -0.83}, {0.015, -0.88}}, 0.05, shade(style.skin, 0.85));
  if (style.hood) canvas.ellipse(pose, kHead + Point{-0.008, 0}, {0.074, 0.088}, shade(style.shirt, 0.9));
  canvas.ellipse(pose, kHead, {0.052, 0.066}, style.skin);
  canvas.ellipse(pose, kHead + Point{0.05, 0.008}, {0.012, 0.013}, shade(style.skin, 0.93));
  canvas.ellipse(pose, kHead + Point{0.027, -0.012}, {0.007, 0.008}, rgb(32, 28, 30));
  const Colour top = style.hood ? shade(style.shirt, 0.9) : style.hair;
  canvas.fill(pose,
              {kHead + Point{-0.057, 0.02}, kHead + Point{-0.057, -0.035}, kHead + Point{-0.02, -0.075},
               kHead + Point{0.03, -0.07}, kHead + Point{0.052, -0.038}, kHead + Point{0.01, -0.035},
               kHead + Point{-0.015, 0.025}},
              top);
}

}  // namespace

PersonStyle PersonStyle::sample(Rng& rng) {
  const Colour skins[] = {rgb(236, 196, 168), rgb(214, 160, 124), rgb(160, 108, 76), rgb(96, 64, 48)};
  const Colour hairs[] = {rgb(40, 32, 30), rgb(92, 60, 36), rgb(186, 148, 88), rgb(130, 130, 132),
                          rgb(120, 52, 28)};
  const auto cloth = [&](double most) { return sample_rgb(rng, {20, most}, {20, most}, {20, most}); };
  return {.skin = skins[rng.integer(0, 3)],
          .hair = hairs[rng.integer(0, 4)],
          .shirt = cloth(230),
          .trousers = cloth(140),
          .girth = rng.uniform(0.95, 1.3),
          .hood = rng.chance(0.2)};
}

void draw_person(Canvas& canvas, const Pose& feet, const PersonStyle& style, const PersonPosture& posture,
                 const Carried& carried) {
  const double swing = 0.56 * posture.swing * std::sin(posture.stride);
  canvas.shadow(feet, {0.01, 0.012}, {0.2, 0.035}, 0.45);
  // Legs apart, the body is lower: the foot in front stays on the ground.
  const Pose pose = feet.part({0, -kHip.y * (1 - std::cos(0.75 * swing))});
  draw_hand(canvas, pose, style,
            draw_arm(canvas, pose, style, degrees(92) + swing, degrees(80) + swing, 0.72));
  draw_leg(canvas, pose, style, -swing, 0.78);
  draw_leg(canvas, pose, style, swing, 1);
  draw_torso(canvas, pose, style);
  draw_head(canvas, pose, style);
  if (!carried) {
    draw_hand(canvas, pose, style,
              draw_arm(canvas, pose, style, degrees(95) - swing, degrees(82) - swing, 0.92));
    return;
  }
  const Point hand = draw_arm(canvas, pose, style, posture.arm, posture.forearm, 0.92);
  carried(canvas, pose.part(hand, 1, posture.forearm));
  draw_hand(canvas, pose, style, hand);  // The fingers close around what they hold.
}

}  // namespace kinesight::sim
