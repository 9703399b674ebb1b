#include <algorithm>
#include <cmath>

#include "sim/objects/props.h"
#include "sim/scenes/cast.h"
#include "sim/scenes/scenes.h"

namespace kinesight::sim {
namespace {

double half_width(cv::Size picture) { return 0.5 * picture.width / picture.height; }

Carried sample_weapon(Rng& rng) {
  const double size = rng.uniform(0.9, 1.3), turn = degrees(rng.uniform(-20, 20));
  if (rng.chance(0.5)) return holding(KnifeStyle::sample(rng), 0.3 * size, turn);
  return holding(GunStyle::sample(rng), 0.23 * size, turn);
}

/// Somebody who comes in at one side, comes nearer and leaves at the other; armed or with something harmless.
Actor passer_by(cv::Size picture, const Ground& ground, const Interval& when, bool armed, Rng& rng) {
  const double side = rng.chance(0.5) ? 1 : -1, from = rng.uniform(0.65, 0.85), to = rng.uniform(0.8, 1.05);
  const double middle = (when.from + when.to) / 2, edge = half_width(picture) + 0.25;
  const double stop = rng.uniform(-0.3, 0.3);
  const Walk walk{.when = when,
                  .x = {{when.from, -side * edge / from}, {middle, stop}, {when.to, side * edge / to}},
                  .nearness = {{when.from, from}, {when.to, to}},
                  .to_the_left = side < 0,
                  .pace = rng.uniform(0.7, 1.1),
                  .arm = degrees(rng.uniform(10, 55)),
                  .forearm = degrees(rng.uniform(-60, 10))};
  const PersonStyle style = PersonStyle::sample(rng);
  return walker(picture, ground, walk, style, armed ? sample_weapon(rng) : sample_harmless_item(rng));
}

/// A car that comes, stops before the camera and drives on.
Actor visitor(cv::Size picture, const Interval& when, bool labelled, Rng& rng) {
  const double side = rng.chance(0.5) ? 1 : -1, near = rng.uniform(0.7, 0.95), stop = rng.uniform(-0.5, 0.5);
  const double length = when.to - when.from, out = half_width(picture) + 0.5;
  CarStyle style = CarStyle::sample(rng);
  if (!labelled) style.plate.reset();
  const Drive drive{.when = when,
                    .x = {{when.from, side * out / 0.5},
                          {when.from + 0.35 * length, stop},
                          {when.from + 0.65 * length, stop},
                          {when.to, -side * out / 1.2}},
                    .nearness = {{when.from, 0.5}, {when.from + 0.35 * length, near}, {when.to, 1.2}}};
  return driver(picture, kParkingGround, drive, style);
}

/// A fire: one that begins, grows and burns out, or one that has burned for long when the camera begins.
Actor fire(cv::Size picture, const Interval& when, bool begun, Rng& rng) {
  const Point at{rng.uniform(-0.8, 0.8) * half_width(picture), rng.uniform(0.62, 0.9)};
  Blaze spec{
      .when = when, .at = at, .fire_size = rng.uniform(0.2, 0.4), .smoke_size = rng.uniform(0.45, 0.7)};
  if (!begun) {
    spec.fire = {{when.from + 1, 0}, {when.from + 4, 1}, {when.to - 2, 1}, {when.to - 0.5, 0}};
    spec.smoke = {{when.from, 0}, {when.from + 3, 1}, {when.to - 1.5, 1}, {when.to, 0}};
  }
  const FireStyle flames = FireStyle::sample(rng);
  return blaze(picture, spec, flames, SmokeStyle::sample(rng));
}

Stage empty_stage(const StageOptions& options, bool indoors, Rng& rng) {
  cv::Mat backdrop = indoors ? hallway_backdrop(options.size, HallwayStyle::sample(rng))
                             : parking_backdrop(options.size, ParkingStyle::sample(rng));
  return {.backdrop = std::move(backdrop), .actors = {}, .look = Look::sample(rng)};
}

/// `actor`, to be seen in one fifth of every second.
Actor blinking(Actor actor, double phase) {
  auto always = std::move(actor.draw);
  actor.draw = [always = std::move(always), phase](Canvas& canvas, double t) {
    if (t + phase - std::floor(t + phase) < 0.2) always(canvas, t);
  };
  return actor;
}

/// Somebody with a weapon who stands about.
Actor guard(cv::Size picture, const Ground& ground, bool armed, Rng& rng) {
  const double near = rng.uniform(0.65, 1), x = rng.uniform(-0.8, 0.8) * half_width(picture) / near;
  const Walk walk{.x = x,
                  .nearness = near,
                  .to_the_left = rng.chance(0.5),
                  .pace = 0,
                  .arm = degrees(rng.uniform(10, 55)),
                  .forearm = degrees(rng.uniform(-60, 10))};
  const PersonStyle style = PersonStyle::sample(rng);
  return walker(picture, ground, walk, style, armed ? sample_weapon(rng) : sample_harmless_item(rng));
}

}  // namespace

Stage events_stage(const StageOptions& options, Rng& rng) {
  const bool indoors = rng.chance(0.45);
  Stage stage = empty_stage(options, indoors, rng);
  const Ground ground = indoors ? kHallwayGround : kParkingGround;
  if (!indoors && rng.chance(0.6)) {  // Behind all that passes.
    const bool begun = rng.chance(0.4);
    const double from = rng.uniform(1, 8);
    const Interval when = begun ? Interval{} : Interval{from, from + rng.uniform(13, 18)};
    const Actor burning = fire(options.size, when, begun, rng);
    if (options.labelled) stage.actors.push_back(burning);
  }
  for (double from = rng.uniform(0.5, 2); from < 22; from += rng.uniform(9, 11)) {
    const Interval when{from, from + rng.uniform(7, 8.5)};
    const double act = rng.uniform(0, 1);
    if (!indoors && act < 0.6) {
      stage.actors.push_back(visitor(options.size, when, options.labelled, rng));
    } else {
      stage.actors.push_back(passer_by(options.size, ground, when, options.labelled && act < 0.88, rng));
    }
  }
  return stage;
}

Stage blinking_stage(const StageOptions& options, Rng& rng) {
  const bool indoors = rng.chance(0.4);
  Stage stage = empty_stage(options, indoors, rng);
  const auto add = [&](Actor actor) {
    const double phase = rng.uniform(0, 1);
    stage.actors.push_back(blinking(std::move(actor), phase));
  };
  if (!indoors) {
    const Actor burning = fire(options.size, {}, true, rng);
    if (options.labelled) add(burning);
    CarStyle style = CarStyle::sample(rng);
    if (!options.labelled) style.plate.reset();
    const Drive drive{.x = rng.uniform(-0.7, 0.7), .nearness = rng.uniform(0.6, 0.95)};
    add(driver(options.size, kParkingGround, drive, style));
  }
  add(guard(options.size, indoors ? kHallwayGround : kParkingGround, options.labelled, rng));
  return stage;
}

}  // namespace kinesight::sim
