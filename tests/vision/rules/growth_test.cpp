// Fire, smoke, and the lights that look like them, as synthetic pictures over time.
#include "vision/rules/growth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <iostream>

#include "base/rng.h"
#include "vision/pictures.h"

namespace kinesight::vision {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 320, kHeight = 240;
constexpr double kSeconds = 10;

std::uint64_t test_seed() {
  const char* given = std::getenv("KINESIGHT_TEST_SEED");
  const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "seed: KINESIGHT_TEST_SEED=" << seed << "\n";
  return seed;
}

double lattice(int x, int y, int z) {
  std::uint64_t h = static_cast<std::uint64_t>(x) * 0x9E3779B97F4A7C15U +
                    static_cast<std::uint64_t>(y) * 0xBF58476D1CE4E5B9U +
                    static_cast<std::uint64_t>(z) * 0x94D049BB133111EBU;
  h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9U;
  h = (h ^ (h >> 27)) * 0x94D049BB133111EBU;
  return static_cast<double>((h ^ (h >> 31)) >> 11) * 0x1p-53;
}

/// Smooth noise in 0 to 1: flames and smoke.
double billow(double x, double y, double z) {
  const int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y)),
            iz = static_cast<int>(std::floor(z));
  const double u = x - ix, v = y - iy, w = z - iz;
  const auto row = [&](int dy, int dz) {
    return std::lerp(lattice(ix, iy + dy, iz + dz), lattice(ix + 1, iy + dy, iz + dz), u);
  };
  return std::lerp(std::lerp(row(0, 0), row(1, 0), v), std::lerp(row(0, 1), row(1, 1), v), w);
}

/// Something that is seen: where it is, how bright it is at a point of it (-1 to 1 both ways), and whether a
/// model sees it at all.
struct Act {
  std::function<Box(double t)> box;
  std::function<double(double x, double y, double t)> level;
  std::function<bool(double t)> seen = [](double) { return true; };
};

double disc(double x, double y) { return std::max(0.0, 1.1 - x * x - y * y); }
Box still(double) { return {140, 90, 40, 60}; }
/// From 24 pixels, by `speed` pixels a second.
Box growing(double t, double speed) {
  const auto size = static_cast<float>(24 + speed * t);
  return {160 - size / 2, 150 - size, size, size};
}

double flames(double x, double y, double t) {
  return billow(3 * x, 3 * y + 6 * t, 3 * t) * (1.3 - std::abs(x));
}
double smoke(double x, double y, double t) { return 0.3 + 0.5 * billow(2.5 * x, 2.5 * y + 1.5 * t, 0.4 * t); }

const Act kFire{[](double t) { return growing(t, 8); }, flames};
const Act kSteadyFire{still, flames};
const Act kSmoke{[](double t) { return growing(t, 6); }, smoke};
const Act kLamp{still, [](double x, double y, double) { return disc(x, y); }};
const Act kBeacon{still, [](double x, double y, double) { return disc(x, y); },
                  [](double t) { return std::fmod(1.7 * t, 1) < 0.5; }};
const Act kRotatingBeacon{still,
                          [](double x, double y, double t) {
                            const double turn = 2 * M_PI * 1.3 * t;
                            return disc(x - 0.4 * std::cos(turn), y) * (0.7 + 0.3 * std::sin(turn));
                          },
                          [](double t) { return std::sin(2 * M_PI * 1.3 * t) > -0.3; }};
const Act kApproachingHeadlight{
    [](double t) { return growing(t, 9); },
    [](double x, double y, double) { return disc(x, y) > 0.5 ? 1.0 : disc(x, y); }};
/// A torch in somebody's hand, so to speak: it lives, and it goes away.
const Act kPassingFlames{[](double t) { return Box{static_cast<float>(20 + 25 * t), 90, 30, 30}; }, flames};

/// Nothing, or the doubt's verdict.
std::optional<Verdict> verdict(const std::optional<Fault>& doubt) {
  return doubt ? std::optional(doubt->verdict) : std::nullopt;
}

class GrowthTest : public testing::Test {
 protected:
  /// A witness of `act` at `fps` uneven frames a second, as a model's boxes (uneven too) show it.
  GrowthWitness watch(const Act& act, double seconds, double fps = 5, const GrowthOptions& options = {}) {
    GrowthWitness witness(options);
    const double start = rng_.uniform(0, 100);
    for (double t = 0; t <= seconds; t += rng_.uniform(0.8, 1.2) / fps) {
      const auto picture = render(act, t, start);
      if (act.seen(t)) witness.observe(1.75e9 + t, jittered(act.box(t)), picture->view);
    }
    return witness;
  }
  std::optional<Verdict> outcome(const Act& act, double seconds = kSeconds, double fps = 5,
                                 const GrowthOptions& options = {}) {
    return verdict(watch(act, seconds, fps, options).doubt());
  }

  /// The act before a dark background, with a sensor's noise.
  std::shared_ptr<Picture> render(const Act& act, double t, double start) {
    const Box box = act.box(t);
    return i420(kWidth, kHeight, [&](int plane, int px, int py) {
      if (plane > 0) return 128;
      const double x = 2 * (px - box.x) / box.w - 1, y = 2 * (py - box.y) / box.h - 1;
      const double light = std::abs(x) < 1.2 && std::abs(y) < 1.2 ? act.level(x, y, start + t) : 0;
      return static_cast<int>(std::clamp(40 + 190 * light + rng_.uniform(-6, 6), 0.0, 255.0));
    });
  }
  Box jittered(const Box& box) {
    const auto by = [&](float side) { return static_cast<float>(side * rng_.uniform(-0.04, 0.04)); };
    return {box.x + by(box.w), box.y + by(box.h), box.w + by(box.w), box.h + by(box.h)};
  }

  Rng rng_{test_seed()};
  double dimmed_ = 1;
};

TEST_F(GrowthTest, FireThatGrowsIsNotDoubtedAtAnyFrameRate) {
  for (const double fps : {1.0, 2.0, 5.0, 10.0, 30.0})
    EXPECT_EQ(outcome(kFire, kSeconds, fps), std::nullopt) << fps;
  EXPECT_EQ(outcome(kFire, 4), std::nullopt) << "it is enough to grow";
}

TEST_F(GrowthTest, FireThatBurnsSteadilyCountsLater) {
  EXPECT_EQ(outcome(kSteadyFire, 5), Verdict::unconfirmed);
  EXPECT_EQ(outcome(kSteadyFire), std::nullopt);
  EXPECT_EQ(outcome(kSteadyFire, kSeconds, 1), std::nullopt);
}

TEST_F(GrowthTest, SmokeCountsThoughItIsSlower) {
  for (const double fps : {1.0, 5.0, 10.0}) EXPECT_EQ(outcome(kSmoke, kSeconds, fps), std::nullopt) << fps;
}

TEST_F(GrowthTest, LampsDoNotCount) {
  for (const double fps : {1.0, 5.0, 10.0})
    EXPECT_EQ(outcome(kLamp, kSeconds, fps), Verdict::unchanging) << fps;
  EXPECT_THAT(watch(kLamp, kSeconds).doubt()->detail, HasSubstr("its inside changed by 0.0"));
}

TEST_F(GrowthTest, BeaconsDoNotCount) {
  for (const double fps : {2.0, 5.0, 10.0}) {
    EXPECT_EQ(outcome(kBeacon, kSeconds, fps), Verdict::unchanging) << fps;
  }
  EXPECT_EQ(outcome(kRotatingBeacon, kSeconds, 10), Verdict::unchanging);
}

/// A dimmer that somebody turns up, and the glow of it in the lens that grows.
TEST_F(GrowthTest, LampsThatGetBrighterDoNotCount) {
  const Act dimmer{[](double t) { return growing(t, 3); },
                   [this](double x, double y, double) { return disc(x, y) * dimmed_; }};
  for (const double fps : {1.0, 5.0, 10.0}) {
    GrowthWitness witness({});
    for (double t = 0; t <= kSeconds; t += 1 / fps) {
      dimmed_ = 0.2 + 0.8 * t / kSeconds;
      witness.observe(1.75e9 + t, jittered(dimmer.box(t)), render(dimmer, t, 0)->view);
    }
    EXPECT_EQ(verdict(witness.doubt()), Verdict::unchanging) << fps;
  }
}

/// Two lamps beside each other that flash as they like.
TEST_F(GrowthTest, LightsThatFlashWithoutARhythmDoNotCount) {
  for (const double fps : {2.0, 5.0, 10.0}) {
    GrowthWitness witness({});
    for (double t = 0; t <= 2 * kSeconds; t += 1 / fps) {
      const double left = rng_.uniform(0, 1) < 0.5, right = rng_.uniform(0, 1) < 0.5;
      const Act lights{still, [&](double x, double y, double) {
                         return std::max(left * disc(2 * x + 1, y), right * disc(2 * x - 1, y));
                       }};
      if (left + right > 0) witness.observe(1.75e9 + t, jittered(lights.box(t)), render(lights, t, 0)->view);
    }
    EXPECT_EQ(verdict(witness.doubt()), Verdict::unchanging) << fps;
  }
}

/// Twenty levels between its thick and its thin, before a wall.
TEST_F(GrowthTest, ThinSmokeCounts) {
  const Act thin{[](double t) { return growing(t, 6); },
                 [](double x, double y, double t) { return 0.2 * smoke(x, y, t); }};
  for (const double fps : {1.0, 5.0}) EXPECT_EQ(outcome(thin, kSeconds, fps), std::nullopt) << fps;
}

TEST_F(GrowthTest, HeadlightsThatComeNearerDoNotCountThoughTheyGrow) {
  for (const double fps : {1.0, 5.0, 10.0}) {
    EXPECT_EQ(outcome(kApproachingHeadlight, kSeconds, fps), Verdict::unchanging) << fps;
  }
}

TEST_F(GrowthTest, WhatPassesDoesNotCountThoughItFlickers) {
  EXPECT_EQ(outcome(kPassingFlames), Verdict::moving);
  EXPECT_THAT(watch(kPassingFlames, kSeconds).doubt()->detail, HasSubstr("its foot moved by "));
}

TEST_F(GrowthTest, EachRuleIsWhatKeepsItsKindOut) {
  EXPECT_EQ(outcome(kLamp, kSeconds, 5, {.min_novelty = 0}), std::nullopt);
  EXPECT_EQ(outcome(kBeacon, kSeconds, 5, {.min_novelty = 0}), std::nullopt);
  EXPECT_EQ(outcome(kApproachingHeadlight, 5, 5, {.min_novelty = 0}), std::nullopt);
  EXPECT_EQ(outcome(kPassingFlames, kSeconds, 5, {.max_shift = 1e9}), std::nullopt);
  EXPECT_EQ(outcome(kSteadyFire, 5, 5, {.min_growth = 0.5}), std::nullopt);
  EXPECT_EQ(outcome(kFire, 1.5), Verdict::unconfirmed);
  EXPECT_EQ(outcome(kFire, 1.5, 5, {.growth_seconds = 0, .min_growth = 1}), std::nullopt);
}

TEST_F(GrowthTest, SaysHowLongItHasBeenSeen) {
  EXPECT_EQ(GrowthWitness({}).doubt()->detail, "seen in 0 frames for 0.0 s, 2.0 s needed");
  EXPECT_EQ(verdict(GrowthWitness({}).doubt()), Verdict::unconfirmed);
}

TEST_F(GrowthTest, JudgesByWhatItSawLately) {
  GrowthWitness witness({});
  for (double t = 0; t < 60; t += 0.2) {
    const Act& act = t < 30 ? kSteadyFire : kLamp;
    witness.observe(t, jittered(act.box(t)), render(act, t, 0)->view);
  }
  EXPECT_EQ(verdict(witness.doubt()), Verdict::unchanging);
}

TEST(Look, IsTheSameOfBothPixelFormatsAndOfAnyBrightness) {
  const auto grey =
      i420(64, 48, [](int plane, int x, int y) { return plane > 0 ? 128 : 40 + 2 * x + (y / 8) * 5; });
  auto colour = std::make_shared<Picture>();
  auto brighter = i420(
      64, 48, [&](int plane, int x, int y) { return plane > 0 ? 128 : (40 + 2 * x + (y / 8) * 5) / 2 + 60; });
  for (const auto level : grey->planes[0]) colour->planes[0].insert(colour->planes[0].end(), 3, level);
  colour->view = {.format = PixelFormat::bgr24, .width = 64, .height = 48, .planes = {}};
  colour->view.planes[0] = {colour->planes[0].data(), 64 * 3};
  const Box box{-4, 10, 40, 60};  // Beyond two edges.
  const Look look = Look::at(grey->view, box);
  EXPECT_LT(Look::difference(look, Look::at(colour->view, box)), 1e-3);
  EXPECT_LT(Look::difference(look, Look::at(brighter->view, box)), 0.03);
  EXPECT_GT(Look::difference(look, Look::at(grey->view, {20, 4, 8, 40})), 0.3);
}

TEST(Look, OfSurfacesWithoutStructureIsAlikeWhateverTheNoise) {
  Rng rng(7);
  const auto surface = [&] { return i420(64, 48, [&](int, int, int) { return 250 + rng.integer(-4, 4); }); };
  EXPECT_LT(
      Look::difference(Look::at(surface()->view, {8, 8, 40, 30}), Look::at(surface()->view, {8, 8, 40, 30})),
      0.15);
}

}  // namespace
}  // namespace kinesight::vision
