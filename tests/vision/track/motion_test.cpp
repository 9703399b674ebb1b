// Identity switches over random motion, at the frame rates that cameras are watched with.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/rng.h"
#include "support/replay.h"
#include "vision/track/tracker.h"

namespace kinesight::vision {
namespace {

constexpr int kWidth = 640, kHeight = 360;
constexpr double kSeconds = 20;

/// Something of constant velocity that is there for a while.
struct Walker {
  double x = 0, y = 0, w = 0, h = 0;
  double dx = 0, dy = 0;  ///< Pixels a second.
  double from = 0;

  /// Where it is; nothing when it is not in the picture.
  std::optional<Box> at(double time) const {
    const double left = x + dx * (time - from), top = y + dy * (time - from);
    if (time < from || left < 0 || top < 0 || left + w > kWidth || top + h > kHeight) return std::nullopt;
    return Box{static_cast<float>(left), static_cast<float>(top), static_cast<float>(w),
               static_cast<float>(h)};
  }
};

/// It goes through a point of the picture with up to `fastest` of its sizes a second: the paths cross.
Walker random_walker(Rng& rng, double fastest) {
  Walker made;
  made.w = rng.uniform(20, 60);
  made.h = made.w * rng.uniform(0.6, 1.6);
  made.from = rng.uniform(0, kSeconds / 2);
  const double speed = rng.uniform(0, fastest) * std::sqrt(made.w * made.h);
  const double angle = rng.uniform(0, 2 * std::numbers::pi);
  made.dx = speed * std::cos(angle);
  made.dy = speed * std::sin(angle);
  made.x = rng.uniform(0, kWidth - made.w);
  made.y = rng.uniform(0, kHeight - made.h);
  return made;
}

/// What a detector would make of a box: its edges are off by some hundredths of its size.
Detection detect(Rng& rng, Box box) {
  const auto off = [&](float size) { return static_cast<float>(rng.uniform(-0.05, 0.05)) * size; };
  const float left = off(box.w), top = off(box.h);
  box = {box.x + left, box.y + top, box.w - left + off(box.w), box.h - top + off(box.h)};
  return {.type = "weapon",
          .label = "knife",
          .conf = rng.chance(0.15) ? 0.3F : 0.8F,
          .box = box,
          .threshold = 0.5F};
}

struct Tally {
  double objects = 0;   ///< Those that were seen.
  double switches = 0;  ///< How often one changed its id.
};

/// Follows five walkers, whose boxes are missing in a tenth of the frames.
void walk(Rng& rng, double fps, double fastest, Tally& tally) {
  Tracker tracker({});
  std::vector<Walker> walkers;
  for (int i = 0; i < 5; ++i) walkers.push_back(random_walker(rng, fastest));
  std::map<std::size_t, TrackId> known;
  for (double time = 0; time < kSeconds; time += rng.uniform(0.9, 1.1) / fps) {
    std::vector<Detection> detections;
    std::vector<std::size_t> who;
    for (std::size_t i = 0; i < walkers.size(); ++i) {
      const auto box = walkers[i].at(time);
      if (!box || rng.chance(0.1)) continue;
      detections.push_back(detect(rng, *box));
      who.push_back(i);
    }
    const auto update = tracker.update(time, kWidth, kHeight, detections);
    for (std::size_t i = 0; i < who.size(); ++i) {
      if (!update.ids[i]) continue;
      const auto [place, is_new] = known.emplace(who[i], *update.ids[i]);
      tally.switches += !is_new && place->second != *update.ids[i];
      place->second = *update.ids[i];
    }
  }
  tally.objects += static_cast<double>(known.size());
}

double switches_per_object(std::uint64_t seed, double fps, double fastest) {
  Rng rng(seed);
  Tally tally;
  for (int round = 0; round < 100; ++round) walk(rng, fps, fastest, tally);
  const double share = tally.switches / tally.objects;
  fmt::print("{:2} fps, up to {} sizes a second: {:.3f} switches an object\n", fps, fastest, share);
  return share;
}

TEST(TrackerMotion, WalkersKeepTheirIds) {
  const auto seed = support::replay_seed();
  EXPECT_LT(switches_per_object(seed, 1, 1), 0.5);
  EXPECT_LT(switches_per_object(seed, 3, 2), 0.4);
  EXPECT_LT(switches_per_object(seed, 5, 2), 0.2);
  EXPECT_LT(switches_per_object(seed, 10, 2), 0.06);
  EXPECT_LT(switches_per_object(seed, 30, 2), 0.04);
}

TEST(TrackerMotion, SoDoThoseWhoRun) {
  const auto seed = support::replay_seed();
  EXPECT_LT(switches_per_object(seed, 3, 4), 0.4);
  EXPECT_LT(switches_per_object(seed, 5, 4), 0.35);
  EXPECT_LT(switches_per_object(seed, 10, 4), 0.15);
  EXPECT_LT(switches_per_object(seed, 30, 4), 0.04);
}

}  // namespace
}  // namespace kinesight::vision
