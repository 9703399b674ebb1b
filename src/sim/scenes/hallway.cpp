#include "sim/noise.h"
#include "sim/objects/props.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

const PersonStyle kWithKnife{.skin = rgb(226, 178, 146),
                             .hair = rgb(48, 38, 34),
                             .shirt = rgb(74, 84, 96),
                             .trousers = rgb(46, 50, 64),
                             .girth = 1.1,
                             .hood = true};
const PersonStyle kWithUmbrella{.skin = rgb(150, 102, 74),
                                .hair = rgb(30, 26, 26),
                                .shirt = rgb(186, 86, 74),
                                .trousers = rgb(60, 66, 84),
                                .girth = 1.05,
                                .hood = false};
const PersonStyle kWithGun{.skin = rgb(232, 190, 162),
                           .hair = rgb(120, 84, 50),
                           .shirt = rgb(58, 98, 84),
                           .trousers = rgb(70, 62, 54),
                           .girth = 1.15,
                           .hood = false};

}  // namespace

Stage hallway_stage(const StageOptions& options) {
  Stage stage{
      .backdrop = hallway_backdrop(options.size, {}), .actors = {}, .look = {.seed = 11}, .loop_seconds = 30};
  const auto enter = [&](const Walk& walk, const PersonStyle& style, const Carried& carried) {
    stage.actors.push_back(walker(options.size, kHallwayGround, walk, style, carried));
  };
  const Carried knife = options.labelled ? holding(KnifeStyle{}, 0.34, degrees(-8)) : Carried{};
  const Carried gun = options.labelled ? holding(GunStyle{}, 0.25) : Carried{};
  const Prop umbrella = [](Canvas& canvas, const Pose& hand) {
    draw_umbrella(canvas, hand.part({}, 0.5), rgb(44, 92, 150));
  };

  // Each comes out of a side door, walks up to the camera and leaves at the other side.
  enter({.when = {2, 11},
         .x = {{2, -1.35}, {4.5, -0.45}, {7.5, 0.05}, {11, 1.6}},
         .nearness = {{2, 0.7}, {6.5, 0.95}, {11, 1.02}},
         .arm = degrees(42),
         .forearm = degrees(-38)},
        kWithKnife, knife);
  enter({.when = {13, 19},
         .x = {{13, 1.6}, {16, 0.1}, {19, -1.5}},
         .nearness = {{13, 0.9}, {19, 0.72}},
         .to_the_left = true,
         .arm = degrees(48),
         .forearm = degrees(-60)},
        kWithUmbrella, umbrella);
  enter({.when = {20, 28},
         .x = {{20, 1.45}, {23, 0.4}, {25.5, -0.1}, {28, -1.7}},
         .nearness = {{20, 0.74}, {24, 0.96}, {28, 1.02}},
         .to_the_left = true,
         .arm = degrees(22),
         .forearm = degrees(-4)},
        kWithGun, gun);
  return stage;
}

}  // namespace kinesight::sim
