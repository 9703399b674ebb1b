#include "sim/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <opencv2/core.hpp>
#include <set>

namespace kinesight::sim {
namespace {

Scene scene_of(const SceneOptions& options) {
  auto scene = Scene::create(options);
  if (!scene) throw std::runtime_error(scene.error().message);
  return std::move(*scene);
}

bool same(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && cv::norm(a, b, cv::NORM_INF) == 0;
}

std::set<std::string> labels(const Picture& picture) {
  std::set<std::string> found;
  for (const TruthBox& box : picture.boxes) found.insert(box.label);
  return found;
}

class EveryKind : public testing::TestWithParam<SceneKind> {};
INSTANTIATE_TEST_SUITE_P(All, EveryKind,
                         testing::Values(SceneKind::hallway, SceneKind::parking, SceneKind::random,
                                         SceneKind::events, SceneKind::blinking, SceneKind::border,
                                         SceneKind::lights));

TEST_P(EveryKind, FrameDependsOnSeedAndIndexAlone) {
  const SceneOptions options{.kind = GetParam(), .seed = 42, .width = 320, .height = 180};
  const Scene first = scene_of(options);
  const Scene second = scene_of(options);
  const Picture early = first.render(10);
  first.render(200);
  const Picture again = first.render(10);
  second.render(300);
  const Picture other = second.render(10);
  EXPECT_TRUE(same(early.bgr, again.bgr));
  EXPECT_TRUE(same(early.bgr, other.bgr));
  EXPECT_EQ(early.boxes, again.boxes);
  EXPECT_EQ(early.boxes, other.boxes);
}

TEST_P(EveryKind, BoxesLieInTheFrameAndCarryKnownLabels) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    const Picture picture = scene_of({.kind = GetParam(), .seed = seed, .width = 256, .height = 192})
                                .render(static_cast<int>(seed) * 11);
    for (const TruthBox& box : picture.boxes) {
      EXPECT_GE(box.x, 0);
      EXPECT_GE(box.y, 0);
      EXPECT_GT(box.w, 0);
      EXPECT_GT(box.h, 0);
      EXPECT_LE(box.x + box.w, 256);
      EXPECT_LE(box.y + box.h, 192);
      EXPECT_NE(std::ranges::find(kLabels, box.label), kLabels.end()) << box.label;
      EXPECT_EQ(box.text.empty(), box.label != "plate");
    }
  }
}

TEST_P(EveryKind, NegativeSetShowsNothingThatHasALabel) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Scene scene =
        scene_of({.kind = GetParam(), .seed = seed, .width = 256, .height = 144, .labelled = false});
    EXPECT_TRUE(scene.render(static_cast<int>(seed) * 11).boxes.empty()) << "seed " << seed;
  }
}

TEST(RandomScene, DiffersFromSeedToSeedAndShowsEveryLabel) {
  std::map<std::string, int> count;
  cv::Mat previous;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Picture picture = scene_of({.seed = seed, .width = 128, .height = 128}).render(0);
    EXPECT_FALSE(same(picture.bgr, previous)) << seed;
    previous = picture.bgr;
    for (const std::string& label : labels(picture)) ++count[label];
  }
  for (const std::string_view label : kLabels) EXPECT_GE(count[std::string(label)], 5) << label;
}

struct Moment {
  SceneKind kind;
  double seconds;
  std::set<std::string> expected;
};

TEST(DemoScenes, ShowWhatTheirScriptSaysWhenItSaysSo) {
  const Moment moments[] = {{SceneKind::hallway, 1, {}},         {SceneKind::hallway, 6, {"knife"}},
                            {SceneKind::hallway, 12, {}},        {SceneKind::hallway, 16, {}},
                            {SceneKind::hallway, 24, {"gun"}},   {SceneKind::hallway, 29, {}},
                            {SceneKind::parking, 1, {}},         {SceneKind::parking, 7, {"plate"}},
                            {SceneKind::parking, 13, {}},        {SceneKind::parking, 18, {"fire", "smoke"}},
                            {SceneKind::parking, 26, {"plate"}}, {SceneKind::parking, 29, {}}};
  for (const Moment& moment : moments) {
    const Picture picture = scene_of({.kind = moment.kind}).render(std::lround(moment.seconds * 15));
    EXPECT_EQ(labels(picture), moment.expected)
        << "kind " << static_cast<int>(moment.kind) << " at " << moment.seconds << " s";
  }
}

TEST(DemoScenes, LoopAfterThirtySeconds) {
  const Scene scene = scene_of({.kind = SceneKind::parking, .width = 640, .height = 360});
  EXPECT_EQ(scene.render(7 * 15).boxes, scene.render(37 * 15).boxes);
  EXPECT_FALSE(scene.render(7 * 15).boxes.empty());
}

TEST(DemoScenes, ShowTheSameAtEveryFrameRate) {
  const auto boxes = [](double fps) {
    return scene_of({.kind = SceneKind::parking, .fps = fps}).render(std::lround(7 * fps)).boxes;
  };
  EXPECT_EQ(boxes(15), boxes(30));
  EXPECT_EQ(boxes(15), boxes(5));
}

TEST(SceneOptions, OutOfRangeIsAnErrorThatSaysWhat) {
  const auto message = [](const SceneOptions& options) {
    const auto scene = Scene::create(options);
    return scene ? std::string("no error") : scene.error().message;
  };
  EXPECT_EQ(message({.width = 10}), "a scene's width must be 64 to 4096 pixels, not 10");
  EXPECT_EQ(message({.height = 5000}), "a scene's height must be 64 to 4096 pixels, not 5000");
  EXPECT_EQ(message({.fps = 0}), "a scene's fps must be above 0 and at most 240, not 0");
  EXPECT_NE(message({.fps = std::nan("")}), "no error");
}

TEST(SceneKind, UnknownNameIsAnErrorThatNamesTheKinds) {
  EXPECT_EQ(scene_kind("parking").value(), SceneKind::parking);
  const auto unknown = scene_kind("garage");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::invalid);
  EXPECT_EQ(
      unknown.error().message,
      "no scene is called 'garage': use one of hallway, parking, random, events, blinking, border, lights");
}

}  // namespace
}  // namespace kinesight::sim
