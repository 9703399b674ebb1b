// Actors that several scenes share.
#pragma once

#include "sim/backdrops/backdrop.h"
#include "sim/motion.h"
#include "sim/objects/car.h"
#include "sim/objects/fire.h"
#include "sim/objects/gun.h"
#include "sim/objects/knife.h"
#include "sim/objects/person.h"
#include "sim/objects/props.h"
#include "sim/stage.h"

namespace kinesight::sim {

/// A hand that holds a knife of `size` (share of the person's height), turned by `turn`.
Carried holding(const KnifeStyle& knife, double size = 0.27, double turn = 0);
/// The same for a pistol.
Carried holding(const GunStyle& gun, double size = 0.2, double turn = 0);

/// A person who walks on a ground in perspective.
struct Walk {
  Interval when{};
  Track x = 0;  ///< To the right of the middle, in heights at nearness 1.
  Track nearness = 1;
  bool to_the_left = false;
  double size = 0.84;  ///< The person's height at nearness 1, in heights of the picture.
  double pace = 1;     ///< Strides a second; 0 = stands.
  double arm = degrees(30);
  double forearm = degrees(-25);
};
/// The person of `walk`, who may carry something.
Actor walker(cv::Size picture, const Ground& ground, const Walk& walk, const PersonStyle& style,
             const Carried& carried = {});

/// Somebody at random, `nearness` away, who holds anything or nothing; no weapon unless `armed`.
Actor sample_walker(cv::Size picture, const Ground& ground, Range nearness, bool armed, Rng& rng);

/// A car that drives towards the camera or away from it.
struct Drive {
  Interval when{};
  Track x = 0;
  Track nearness = 1;
  double size = 0.62;  ///< The car's width at nearness 1, in heights of the picture.
};
/// The car of `drive`.
Actor driver(cv::Size picture, const Ground& ground, const Drive& drive, const CarStyle& style);

/// A car in a bay at `place.x`, nearness `place.y`, seen from the side: no plate.
Actor parked_car(cv::Size picture, const Ground& ground, Point place, const Colour& paint, bool to_the_left);
/// A prop that stands still.
Actor standing(const Pose& pose, const Prop& prop);

/// Fire, with smoke above it, `size` heights of the picture high; `strength` 0 to 1 over time.
struct Blaze {
  Interval when{};
  Point at;  ///< Its foot, in heights of the picture.
  double fire_size = 0.25;
  double smoke_size = 0.5;
  Track fire = 1;
  Track smoke = 1;
};
/// The fire of `spec`.
Actor blaze(cv::Size picture, const Blaze& spec, const FireStyle& fire, const SmokeStyle& smoke);
/// Fire, smoke, or both, at random.
Actor sample_blaze(cv::Size picture, Rng& rng);

}  // namespace kinesight::sim
