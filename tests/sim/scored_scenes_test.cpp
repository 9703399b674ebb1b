// The scenes that detectors are scored on: who is who in them, when, and where.
#include <gtest/gtest.h>

#include <map>
#include <opencv2/core.hpp>
#include <set>

#include "sim/scene.h"

namespace kinesight::sim {
namespace {

constexpr double kFps = 5;
constexpr int kFrames = 150;

Scene scene_of(SceneKind kind, std::uint64_t seed, bool labelled = true) {
  auto scene = Scene::create(
      {.kind = kind, .seed = seed, .width = 320, .height = 180, .fps = kFps, .labelled = labelled});
  if (!scene) throw std::runtime_error(scene.error().message);
  return std::move(*scene);
}

/// In which frames of its half minute each object is seen.
struct Seen {
  TruthBox first;
  std::set<int> frames;
};
std::map<std::int64_t, Seen> objects_of(const Scene& scene, int step = 1) {
  std::map<std::int64_t, Seen> objects;
  for (int frame = 0; frame < kFrames; frame += step) {
    for (const TruthBox& box : scene.render(frame).boxes) {
      objects.try_emplace(box.object, Seen{box, {}}).first->second.frames.insert(frame);
    }
  }
  return objects;
}

TEST(EventsScene, AnObjectKeepsItsNumberLabelAndText) {
  std::set<std::string> labels;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    const Scene scene = scene_of(SceneKind::events, seed);
    const auto objects = objects_of(scene, 3);
    EXPECT_GE(objects.size(), 1U);
    for (int frame = 0; frame < kFrames; frame += 7) {
      std::set<std::int64_t> here;
      for (const TruthBox& box : scene.render(frame).boxes) {
        EXPECT_GT(box.object, 0);
        EXPECT_TRUE(here.insert(box.object).second) << "two objects of one number";
        const auto known = objects.find(box.object);
        if (known == objects.end()) continue;
        EXPECT_EQ(box.label, known->second.first.label);
        EXPECT_EQ(box.text, known->second.first.text);
      }
    }
    for (const auto& [object, seen] : objects) labels.insert(seen.first.label);
  }
  EXPECT_EQ(labels.size(), kLabels.size()) << "eight scenes show something of everything";
}

TEST(EventsScene, PeopleAndCarsComeAndGo) {
  int gone = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const auto& [object, seen] : objects_of(scene_of(SceneKind::events, seed))) {
      if (seen.first.label == "fire" || seen.first.label == "smoke") continue;
      EXPECT_GT(*seen.frames.begin(), 0) << seed;
      EXPECT_LT(*seen.frames.rbegin() - *seen.frames.begin(), 9 * kFps) << seed;
      ++gone;
    }
  }
  EXPECT_GT(gone, 3);
}

TEST(BlinkingScene, ShowsThingsInOneFrameOfFive) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto objects = objects_of(scene_of(SceneKind::blinking, seed));
    EXPECT_GE(objects.size(), 1U) << seed;
    for (const auto& [object, seen] : objects) {
      for (const int frame : seen.frames) {
        for (int next = 1; next < 5; ++next)
          EXPECT_FALSE(seen.frames.contains(frame + next)) << seed << ' ' << frame;
      }
      if (seen.first.label != "smoke") {
        EXPECT_GE(seen.frames.size(), 25U) << seed << ' ' << seen.first.label;
      }
    }
  }
}

TEST(BorderScene, PlatesOverlapTheRegionAndAreHalfOutOfIt) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const auto scene =
        Scene::create({.kind = SceneKind::border, .seed = seed, .width = 640, .height = 360, .fps = kFps});
    int plates = 0;
    for (int frame = 0; frame < kFrames; frame += 10) {
      for (const TruthBox& box : scene->render(frame).boxes) {
        ++plates;
        const double right = kBorderRegion.right * 640, bottom = kBorderRegion.bottom * 360;
        EXPECT_TRUE(box.x < right && box.y < bottom) << "outside altogether, seed " << seed;
        EXPECT_TRUE(box.x + box.w / 2 > right + 2 || box.y + box.h > bottom + 2) << "inside, seed " << seed;
      }
    }
    EXPECT_GE(plates, 10) << seed;
  }
}

TEST(LightsScene, ShowsNothingThatHasALabelAndIsNeverStill) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Scene scene = scene_of(SceneKind::lights, seed);
    EXPECT_TRUE(objects_of(scene, 10).empty()) << seed;
    cv::Mat change;
    cv::absdiff(scene.render(40).bgr, scene.render(90).bgr, change);
    EXPECT_GT(cv::countNonZero(change.reshape(1) > 60), 20) << "no light has changed, seed " << seed;
  }
}

}  // namespace
}  // namespace kinesight::sim
