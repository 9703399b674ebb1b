#include "sim/objects/props.h"

#include "sim/noise.h"

namespace kinesight::sim {

void draw_phone(Canvas& canvas, const Pose& pose, const Colour& body) {
  canvas.fill(pose, {{-0.5, -0.25}, {0.5, -0.25}, {0.5, 0.25}, {-0.5, 0.25}}, body);
  canvas.fill(pose, {{-0.42, -0.2}, {0.42, -0.2}, {0.42, 0.2}, {-0.42, 0.2}}, rgb(92, 130, 168));
}

void draw_umbrella(Canvas& canvas, const Pose& pose, const Colour& cloth) {
  const Pose upright{pose.at, pose.scale, 0, pose.mirrored};  // Whatever the arm does.
  canvas.stroke(upright, {{0, 0.05}, {0, -0.95}}, 0.025, rgb(70, 70, 74));
  Shape dome;
  for (int k = 0; k <= 12; ++k)
    dome.push_back(Point{0, -0.62} + Point{0.75 * direction(degrees(180 + 15 * k)).x,
                                           0.4 * direction(degrees(180 + 15 * k)).y});
  canvas.fill(upright, dome, cloth);
  canvas.fill(upright, {{-0.25, -0.62}, {-0.14, -0.95}, {0, -1.02}, {0.14, -0.95}, {0.25, -0.62}},
              shade(cloth, 1.2));
}

void draw_bottle(Canvas& canvas, const Pose& pose, const Colour& glass) {
  canvas.fill(pose,
              {{-0.4, -0.14},
               {0.2, -0.14},
               {0.32, -0.05},
               {0.55, -0.05},
               {0.55, 0.05},
               {0.32, 0.05},
               {0.2, 0.14},
               {-0.4, 0.14}},
              glass);
  canvas.fill(pose, {{-0.25, -0.14}, {0.08, -0.14}, {0.08, 0.14}, {-0.25, 0.14}}, rgb(224, 220, 206));
  canvas.fill(pose, {{0.5, -0.06}, {0.58, -0.06}, {0.58, 0.06}, {0.5, 0.06}}, rgb(60, 60, 64));
}

void draw_bag(Canvas& canvas, const Pose& pose, const Colour& leather) {
  const Pose upright{pose.at, pose.scale, 0, pose.mirrored};
  canvas.stroke(upright, {{-0.2, 0.4}, {-0.1, 0}, {0.1, 0}, {0.2, 0.4}}, 0.05, shade(leather, 0.6));
  canvas.fill(upright, {{-0.42, 0.35}, {0.42, 0.35}, {0.5, 1}, {-0.5, 1}}, leather);
  canvas.fill(upright, {{-0.42, 0.35}, {0.42, 0.35}, {0.44, 0.5}, {-0.44, 0.5}}, shade(leather, 0.8));
}

void draw_lamp(Canvas& canvas, const Pose& pose, double warmth) {
  const Colour light = mix(rgb(240, 244, 255), rgb(255, 190, 96), warmth);
  canvas.glow(pose.at, pose.scale * 1.4, shade(light, 0.6));
  canvas.ellipse(pose, {0, 0}, {0.32, 0.32}, light);
  canvas.ellipse(pose, {0, 0}, {0.18, 0.18}, rgb(255, 252, 240));
}

void draw_cone(Canvas& canvas, const Pose& pose) {
  canvas.shadow(pose, {0, 0}, {0.5, 0.1}, 0.6);
  canvas.fill(pose, {{-0.36, -0.06}, {0.36, -0.06}, {0.4, 0.02}, {-0.4, 0.02}}, rgb(214, 84, 26));
  canvas.fill(pose, {{-0.05, -1}, {0.05, -1}, {0.26, -0.05}, {-0.26, -0.05}}, rgb(236, 98, 30));
  canvas.fill(pose, {{-0.11, -0.72}, {0.11, -0.72}, {0.16, -0.48}, {-0.16, -0.48}}, rgb(240, 240, 236));
}

void draw_lobes(Canvas& canvas, const Pose& pose, const Colour& colour, std::uint64_t seed) {
  Rng rng(hash(seed));
  for (int k = 0; k < 9; ++k) {
    const Point centre{rng.uniform(-0.45, 0.45), rng.uniform(-0.55, -0.1)};
    const double radius = rng.uniform(0.14, 0.26);
    canvas.ellipse(pose, centre, {radius, radius}, shade(colour, 0.85 + 0.3 * -centre.y));
  }
}

void draw_bin(Canvas& canvas, const Pose& pose, const Colour& paint) {
  canvas.shadow(pose, {0, 0}, {0.5, 0.1}, 0.6);
  canvas.fill(pose, {{-0.36, -0.9}, {0.36, -0.9}, {0.3, 0.02}, {-0.3, 0.02}}, paint);
  canvas.fill(pose, {{-0.36, -0.9}, {-0.18, -0.9}, {-0.16, 0.02}, {-0.3, 0.02}}, shade(paint, 0.75));
  canvas.fill(pose, {{-0.42, -1}, {0.42, -1}, {0.4, -0.86}, {-0.4, -0.86}}, shade(paint, 1.25));
}

Prop sample_harmless_item(Rng& rng) {
  const Colour colour = sample_rgb(rng, {20, 220}, {20, 200}, {20, 200});
  const double size = rng.uniform(0.85, 1.2);
  switch (rng.integer(0, 3)) {
    case 0:
      return [=](Canvas& canvas, const Pose& hand) {
        draw_phone(canvas, hand.part({0.02, 0}, 0.1 * size, degrees(-60)), shade(colour, 0.4));
      };
    case 1:
      return [=](Canvas& canvas, const Pose& hand) {
        draw_umbrella(canvas, hand.part({}, 0.55 * size), colour);
      };
    case 2:
      return [=](Canvas& canvas, const Pose& hand) {
        draw_bottle(canvas, hand.part({}, 0.17 * size, degrees(-70)), colour);
      };
    default:
      return [=](Canvas& canvas, const Pose& hand) { draw_bag(canvas, hand.part({}, 0.22 * size), colour); };
  }
}

Prop sample_prop(Rng& rng) {
  const Colour colour = sample_rgb(rng, {20, 230}, {20, 220}, {20, 220});
  const double grey = rng.uniform(90, 230);
  const double warmth = rng.uniform(0, 1);
  const auto seed = static_cast<std::uint64_t>(rng.integer(1, 1 << 30));
  switch (rng.integer(0, 7)) {
    case 0:
      return [=](Canvas& canvas, const Pose& pose) {
        draw_phone(canvas, pose.part({}, 0.6), shade(colour, 0.4));
      };
    case 1:
      return [=](Canvas& canvas, const Pose& pose) { draw_umbrella(canvas, pose, colour); };
    case 2:
      return [=](Canvas& canvas, const Pose& pose) { draw_bottle(canvas, pose, colour); };
    case 3:
      return [=](Canvas& canvas, const Pose& pose) { draw_lamp(canvas, pose.part({}, 0.6), warmth); };
    case 4:
      return [=](Canvas& canvas, const Pose& pose) { draw_cone(canvas, pose); };
    case 5:
      return [=](Canvas& canvas, const Pose& pose) { draw_lobes(canvas, pose, rgb(grey, grey, grey), seed); };
    case 6:
      return
          [=](Canvas& canvas, const Pose& pose) { draw_lobes(canvas, pose, rgb(40, grey * 0.6, 44), seed); };
    default:
      return [=](Canvas& canvas, const Pose& pose) { draw_bin(canvas, pose, colour); };
  }
}

}  // namespace kinesight::sim
