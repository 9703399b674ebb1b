#include "sim/noise.h"
#include "sim/objects/props.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

CarStyle car(const Colour& paint, std::string text, bool rear, bool labelled) {
  CarStyle style{.paint = paint, .rear = rear, .plate = PlateStyle{.text = std::move(text)}};
  if (!labelled) style.plate.reset();
  return style;
}

}  // namespace

Stage parking_stage(const StageOptions& options) {
  Stage stage{
      .backdrop = parking_backdrop(options.size, {}), .actors = {}, .look = {.seed = 12}, .loop_seconds = 30};
  const Pose frame = frame_pose(options.size);
  const Point bin{0.5, 0.72};
  stage.actors.push_back(parked_car(options.size, kParkingGround, {-1.9, 0.33}, rgb(52, 84, 132), false));
  stage.actors.push_back(parked_car(options.size, kParkingGround, {0.35, 0.33}, rgb(196, 198, 200), true));
  stage.actors.push_back(
      walker(options.size, kParkingGround,
             {.when = {11, 21}, .x = {{11, -3.4}, {21, 3.4}}, .nearness = 0.45, .size = 0.75},
             {.shirt = rgb(196, 150, 60)}));
  stage.actors.push_back(standing(frame.part(bin, 0.16), [](Canvas& canvas, const Pose& pose) {
    draw_bin(canvas, pose, rgb(60, 92, 76));
  }));
  if (options.labelled) {
    const Blaze spec{.when = {13.5, 24.5},
                     .at = bin + Point{0, -0.14},
                     .fire_size = 0.26,
                     .smoke_size = 0.56,
                     .fire = {{14.5, 0}, {16.5, 1}, {21.5, 1}, {22.8, 0}},
                     .smoke = {{13.5, 0}, {16, 1}, {22.5, 1}, {24.5, 0}}};
    stage.actors.push_back(
        blaze(options.size, spec, {.seed = 21, .width = 0.7},
              {.seed = 22, .width = 0.7, .lean = 0.3, .density = 1.05, .colour = rgb(84, 84, 88)}));
  }
  // One comes from the left, stops before the camera and goes on; the other drives away from it.
  stage.actors.push_back(driver(options.size, kParkingGround,
                                {.when = {2, 12.5},
                                 .x = {{2, -2.6}, {5.5, -0.35}, {8.5, -0.35}, {12.5, -1.9}},
                                 .nearness = {{2, 0.55}, {5.5, 0.86}, {8.5, 0.88}, {12.5, 1.25}}},
                                car(rgb(158, 38, 44), "KS 4821", false, options.labelled)));
  stage.actors.push_back(driver(options.size, kParkingGround,
                                {.when = {20, 28.5},
                                 .x = {{20, -1.7}, {23, -0.5}, {25, -0.42}, {28.5, -2.9}},
                                 .nearness = {{20, 1.2}, {23, 0.85}, {25, 0.8}, {28.5, 0.6}}},
                                car(rgb(222, 224, 226), "AB 7310", true, options.labelled)));
  return stage;
}

}  // namespace kinesight::sim
