#include "infer/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "support/fake_camera.h"

namespace kinesight::infer {
namespace {

using config::DetectorPriority;
using testing::ElementsAre;
using testing::IsEmpty;

/// A grey frame of 640 x 480, with a bright square of 64 pixels at `x` where that is not negative.
Frame picture(double time, int x = -1) {
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(std::size_t{640} * 480 * 3, 90);
  for (int row = 200; x >= 0 && row < 264; ++row) {
    std::fill_n(pixels->begin() + (row * 640 + x) * 3, 64 * 3, 230);
  }
  Frame frame;
  frame.view = {.width = 640, .height = 480};
  frame.view.planes[0] = {pixels->data(), 640 * 3};
  frame.capture_time = time;
  frame.pixels = pixels;
  return frame;
}

class PipelineTest : public testing::Test {
 protected:
  PipelineStage stage(const std::string& label, DetectorPriority priority = DetectorPriority::normal) {
    return {"object", priority,
            std::make_unique<support::FakeDetector>(
                [this, label](const Frame&) -> Result<std::vector<vision::Detection>> {
                  ++looks[label];
                  if (failing == label) return fail(ErrorKind::corrupt, "the model threw");
                  return std::vector<vision::Detection>{{"object", label, 0.9F, {10, 10, 20, 20}}};
                }),
            vision::Judge({.rules = {.cooldown_seconds = 60}})};
  }
  DetectorPipeline pipeline(std::optional<vision::MotionGateOptions> gate = std::nullopt) {
    std::vector<PipelineStage> stages;
    stages.push_back(stage("person"));
    stages.push_back(stage("cat", DetectorPriority::low));
    return DetectorPipeline(std::move(stages), gate);
  }

  std::map<std::string, int> looks;
  std::string failing;
};

TEST_F(PipelineTest, EveryDetectorHasItsSay) {
  auto two = pipeline();
  const auto findings = two.look(picture(1), {});
  ASSERT_TRUE(findings);
  EXPECT_EQ(findings->visible.size(), 2U);
  EXPECT_EQ(findings->sightings.size(), 2U);
  EXPECT_EQ(findings->sightings[1].stage, 1U);
}

TEST_F(PipelineTest, WhenADetectorFailsNoJudgeHasSeenTheFrame) {
  auto two = pipeline();
  failing = "cat";
  EXPECT_EQ(two.look(picture(1), {}).error().kind, ErrorKind::corrupt);
  failing.clear();
  EXPECT_EQ(two.look(picture(2), {})->sightings.size(), 2U) << "the person's event was not lost";
}

TEST_F(PipelineTest, DetectorsOfLowPriorityCanBeSpared) {
  auto two = pipeline();
  EXPECT_EQ(two.look(picture(1), {}, true)->visible.at(0).label, "person");
  EXPECT_EQ(looks["cat"], 0);
  two.look(picture(2), {}, false);
  EXPECT_EQ(looks["cat"], 1);
}

TEST_F(PipelineTest, FramesInWhichNothingMovesSpareTheDetectorsAndShowWhatTheyShowed) {
  auto two = pipeline(vision::MotionGateOptions{.threshold = 4, .max_still_seconds = 10});
  for (int i = 0; i < 20; ++i) {
    const auto findings = two.look(picture(100 + i * 0.2), {});
    EXPECT_EQ(findings->visible.size(), 2U);
    EXPECT_EQ(findings->still, i > 0);
  }
  EXPECT_EQ(looks["person"], 1);
  EXPECT_FALSE(two.look(picture(104, 300), {})->still) << "something moved";
  EXPECT_EQ(looks["person"], 2);
}

/// A pipeline with a motion gate whose only detector finds a knife in the frames with these numbers.
struct Chance {
  explicit Chance(std::set<int> found_in,
                  vision::RuleOptions rules = {.temporal_window = 5, .confirmation_threshold = 3})
      : hits(std::move(found_in)) {
    std::vector<PipelineStage> stages;
    const auto find = [this](const Frame&) -> Result<std::vector<vision::Detection>> {
      if (!hits.contains(looks++)) return std::vector<vision::Detection>{};
      return std::vector<vision::Detection>{{"weapon", "knife", 0.9F, {10, 10, 20, 20}, 0.5F}};
    };
    stages.push_back({"weapon", DetectorPriority::normal, std::make_unique<support::FakeDetector>(find),
                      vision::Judge({.rules = rules})});
    pipeline.emplace(std::move(stages), vision::MotionGateOptions{.max_still_seconds = 60});
  }
  /// What is said in a still scene of so many seconds.
  std::vector<vision::Sighting::Kind> watch(int seconds, int x = -1) {
    std::vector<vision::Sighting::Kind> said;
    for (int i = 0; i < seconds * 5; ++i) {
      const auto findings = pipeline->look(picture(time += 0.2, x), {});
      for (const auto& [stage, sighting] : findings->sightings) said.push_back(sighting.kind);
    }
    return said;
  }

  std::set<int> hits;
  int looks = 0;
  double time = 100;
  std::optional<DetectorPipeline> pipeline;
};

TEST_F(PipelineTest, WhatWasFoundOnceIsNotConfirmedByFramesInWhichNothingMoves) {
  Chance chance({0});
  EXPECT_THAT(chance.watch(20), IsEmpty());
  EXPECT_EQ(chance.looks, 3) << "again as long as it waits for confirmation, and once more when it was gone";
}

TEST_F(PipelineTest, WhatDidNotConvinceIsLookedAtAgainAndNotCountedTwice) {
  Chance chance({0, 1, 2}, {.temporal_window = 5, .confirmation_threshold = 3, .confirmation_score = 0.9999});
  EXPECT_THAT(chance.watch(20), IsEmpty());
  EXPECT_GT(chance.looks, 3);
}

TEST_F(PipelineTest, WhatIsThereIsConfirmedByLookingInAStillSceneAndThenSpared) {
  Chance chance({0, 1, 2});
  EXPECT_THAT(chance.watch(4), ElementsAre(vision::Sighting::Kind::first));
  EXPECT_EQ(chance.looks, 3);
}

TEST_F(PipelineTest, WhatWasMissedOnceInAStillSceneHasNotGone) {
  Chance chance({0, 1, 2, 4});
  chance.watch(4);
  // Something else moves, and in that frame it is missed.
  EXPECT_THAT(chance.watch(20, 300), testing::Not(testing::Contains(vision::Sighting::Kind::ended)));
}

TEST_F(PipelineTest, AStillPictureIsLookedAtByADetectorThatWasSparedBefore) {
  auto two = pipeline(vision::MotionGateOptions{});
  two.look(picture(100), {}, true);
  two.look(picture(100.2), {}, false);
  EXPECT_EQ(looks["cat"], 1);
}

TEST_F(PipelineTest, ForgettingMakesEveryObjectNews) {
  auto two = pipeline(vision::MotionGateOptions{});
  EXPECT_EQ(two.look(picture(100), {})->sightings.size(), 2U);
  EXPECT_THAT(two.look(picture(101), {})->sightings, IsEmpty());
  two.forget();
  const auto findings = two.look(picture(102), {});
  EXPECT_FALSE(findings->still);
  EXPECT_EQ(findings->sightings.size(), 2U);
}

TEST_F(PipelineTest, AGlanceTellsWhatBecameOfEachDetection) {
  auto two = pipeline();
  const auto rulings = two.glance(picture(1), {});
  ASSERT_TRUE(rulings);
  EXPECT_EQ(rulings->size(), 2U);
  EXPECT_EQ(rulings->at(0).ruling.verdict, vision::Verdict::raised);
}

}  // namespace
}  // namespace kinesight::infer
