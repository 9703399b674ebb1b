// Held-out scenes with known truth: every true event is to be raised once, and nothing else.
//
// That is what was measured on 12 scenes of each set: weapons 17 of 17, fire and smoke 10 of 10, plates 12 of
// 12, each once; and no event of anything else, nor any of the negative sets or on the real camera. On 28
// scenes more of events and of lights, which are not watched each time: weapons 42 of 43, fire and smoke 19
// of 19, plates 27 of 27, each once, and no other event. Without confirmation_score (ADR 39) all 60
// weapons are found, one is made up in the 12 scenes, and one on the real camera.
//
// The seeds below were committed before anybody had seen what comes of them; rules and model were tuned on
// seeds from 1 on, and on those that were held out before (631001, 632001, 633001, 634001, 701001 and on).
// KINESIGHT_SCENES is how many scenes of each set are watched (a few, when it is not set), and
// KINESIGHT_TEST_SEED the first seed.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "config/table.h"
#include "scenes/score.h"
#include "video/source_kind.h"

namespace kinesight::scenes {
namespace {

constexpr double kFps = 5;
constexpr double kSeconds = 30;

/// A set of scenes: how many by default, and the first of its seeds.
struct Set {
  sim::SceneKind kind;
  const char* name;
  std::uint64_t first_seed;
  int scenes;
};
constexpr Set kEvents{sim::SceneKind::events, "events", 641'001, 6};
constexpr Set kBlinking{sim::SceneKind::blinking, "blinking", 642'001, 3};
constexpr Set kBorder{sim::SceneKind::border, "border", 643'001, 3};
constexpr Set kLights{sim::SceneKind::lights, "lights", 644'001, 3};

std::uint64_t number(const char* variable, std::uint64_t otherwise) {
  const char* given = std::getenv(variable);
  return given ? std::strtoull(given, nullptr, 10) : otherwise;
}

void print(const std::string& name, const Scores& scores) {
  for (const auto& [type, score] : scores) {
    std::cout << name << ' ' << type << ": " << score.found << " of " << score.objects << " found, "
              << score.twice << " twice, " << score.made_up << " made up, " << score.mislabelled
              << " mislabelled, " << score.events << " events; boxes held back:";
    for (const auto& [verdict, count] : score.held_back) std::cout << ' ' << verdict << ' ' << count;
    std::cout << "\n";
  }
}

Scores watch(const Set& set, const std::optional<sim::BorderRegion>& region = {}) {
  vision::Engine engine;
  const auto first = number("KINESIGHT_TEST_SEED", set.first_seed);
  std::cout << "seed: KINESIGHT_TEST_SEED=" << first << "\n";
  Scores all;
  for (std::uint64_t seed = first;
       seed < first + number("KINESIGHT_SCENES", static_cast<std::uint64_t>(set.scenes)); ++seed) {
    const sim::SceneOptions options{.kind = set.kind, .seed = seed, .width = 640, .height = 360, .fps = kFps};
    for (const auto& [type, score] : watch_scene(options, kSeconds, watchers(engine, region))) {
      all[type] += score;
      for (const auto& remark : score.remarks)
        std::cout << set.name << ' ' << seed << ' ' << type << ' ' << remark << "\n";
    }
  }
  print(set.name, all);
  return all;
}

void expect_no_event(const Scores& scores) {
  for (const auto& [type, score] : scores) EXPECT_EQ(score.events, 0) << type;
}

TEST(HeldOutScenes, EveryTrueEventIsRaisedOnceAndNoOther) {
  const Scores scores = watch(kEvents);
  for (const auto& [type, score] : scores) {
    EXPECT_GT(score.objects, 0) << type;
    EXPECT_EQ(score.objects, score.found) << type;
    EXPECT_EQ(score.twice, 0) << type;
    EXPECT_EQ(score.made_up, 0) << type;
  }
}

TEST(HeldOutScenes, WhatIsThereInOneFrameOfFiveRaisesNothing) { expect_no_event(watch(kBlinking)); }

TEST(HeldOutScenes, PlatesHalfOutOfTheRegionRaiseNothing) {
  expect_no_event(watch(kBorder, sim::kBorderRegion));
}

TEST(HeldOutScenes, PlatesHalfOutOfTheRegionAreSeenWithoutIt) {
  const Scores scores = watch(kBorder);
  EXPECT_GT(scores.at("plate").found, 0) << "or else the region shows nothing";
}

TEST(HeldOutScenes, LightsRaiseNothing) { expect_no_event(watch(kLights)); }

TEST(HeldOutScenes, PeopleOnARealCameraRaiseNothing) {
  const auto video =
      std::filesystem::path(KINESIGHT_SOURCE_DIR) / "../shared/data/videos/one-by-one-person-detection.mp4";
  if (!std::filesystem::exists(video)) GTEST_SKIP() << video << " is not there";
  const auto kind = video::file_source_kind();
  config::Parsed options(kind.options);
  for (const auto& [key, value] : {std::pair{"path", video.string()}, {"pace", "max"}, {"decode", "all"}}) {
    ASSERT_TRUE(kind.options.find(key)->assign(options.object(), config::Value::scalar(value))) << key;
  }
  const auto source = kind.make(options, {.camera_id = "people"});
  ASSERT_TRUE(source->open({}));
  int frames = 0;
  const auto next = [&]() -> std::optional<Frame> {
    for (;;) {
      auto frame = source->read({});
      if (!frame || !*frame) return std::nullopt;
      if ((*frame)->sequence % 2 == 0) return ++frames, **frame;
    }
  };
  vision::Engine engine;
  const Scores scores = watch_frames(next, watchers(engine));
  EXPECT_GT(frames, 600);
  for (const auto& [type, score] : scores) {
    for (const auto& remark : score.remarks) std::cout << "people " << type << ' ' << remark << "\n";
  }
  print("people", scores);
  expect_no_event(scores);
  EXPECT_FALSE(scores.at("fire_smoke").held_back.empty()) << "or else the rules were not put to the test";
  EXPECT_FALSE(scores.at("weapon").held_back.empty()) << "the same of confirmation";
}

}  // namespace
}  // namespace kinesight::scenes
