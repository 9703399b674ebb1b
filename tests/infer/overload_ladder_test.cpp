#include "infer/overload_ladder.h"

#include <gtest/gtest.h>

namespace kinesight::infer {
namespace {

using config::OverloadStep;

/// A camera whose thread is busy for `load` of its time, at five frames a second.
class Camera {
 public:
  explicit Camera(config::OverloadOptions options = {.patience_seconds = 5, .recovery_seconds = 30})
      : ladder(options) {}

  /// How often steps changed in `seconds`.
  int work(double load, double seconds) {
    int changes = 0;
    for (double t = 0; t < seconds; t += kPeriod) {
      now_ += seconds_duration(kPeriod);
      changes += ladder.processed(now_, seconds_duration(kPeriod * load));
    }
    return changes;
  }
  void drop() { ladder.dropped(now_); }

  OverloadLadder ladder;

 private:
  static constexpr double kPeriod = 0.2;
  Clock::Steady now_{};
};

TEST(OverloadLadder, ACameraThatKeepsUpGivesNothingUp) {
  Camera camera;
  EXPECT_EQ(camera.work(0.9, 3600), 0);
  EXPECT_EQ(camera.ladder.rung(), 0U);
}

TEST(OverloadLadder, OverloadTakesStepAfterStepInTheirOrder) {
  Camera camera;
  camera.work(1, 4.6);
  EXPECT_EQ(camera.ladder.rung(), 0U) << "not before its patience ends";
  camera.work(1, 1);
  EXPECT_EQ(camera.ladder.rung(), 1U);
  EXPECT_TRUE(camera.ladder.holds(OverloadStep::fewer_frames));
  EXPECT_FALSE(camera.ladder.holds(OverloadStep::keyframes));
  camera.work(1, 11);
  EXPECT_EQ(camera.ladder.rung(), 3U);
  EXPECT_TRUE(camera.ladder.holds(OverloadStep::fewer_frames)) << "steps stay while further ones come";
  EXPECT_TRUE(camera.ladder.holds(OverloadStep::low_priority_off));
  EXPECT_EQ(camera.work(1, 100), 0) << "there is no further step";
}

TEST(OverloadLadder, ADroppedFrameIsOverload) {
  Camera camera;
  camera.work(0.1, 1);
  camera.drop();
  camera.work(0.1, 5);
  EXPECT_EQ(camera.ladder.rung(), 1U);
}

TEST(OverloadLadder, StepsAreTakenBackOneByOneWhenThereIsRoomForTwiceTheWork) {
  Camera camera;
  camera.work(1, 11);
  ASSERT_EQ(camera.ladder.rung(), 2U);
  camera.work(0.6, 600);
  EXPECT_EQ(camera.ladder.rung(), 2U) << "it would be overloaded again at once";
  camera.work(0.3, 25);
  EXPECT_EQ(camera.ladder.rung(), 2U);
  camera.work(0.3, 15);
  EXPECT_EQ(camera.ladder.rung(), 1U);
  camera.work(0.3, 40);
  EXPECT_EQ(camera.ladder.rung(), 0U);
}

TEST(OverloadLadder, WhatHasToBeTakenAgainIsHeldForLonger) {
  Camera camera;
  int changes = 0;
  // A camera that is always overloaded without the first step, and has plenty of room with it.
  for (int i = 0; i < 3600; ++i) changes += camera.work(camera.ladder.rung() == 0 ? 1 : 0.3, 1);
  EXPECT_LT(changes, 40) << "an hour of taking it and giving it back every 40 s would be 180";
  EXPECT_GT(changes, 4) << "it is tried again";
}

TEST(OverloadLadder, SwitchedOffItTakesNoStep) {
  Camera camera({.enabled = false, .patience_seconds = 5});
  EXPECT_EQ(camera.work(1, 100), 0);
}

TEST(OverloadLadder, HasTheStepsOfItsConfigurationAlone) {
  Camera camera({.ladder = {OverloadStep::low_priority_off}, .patience_seconds = 5});
  camera.work(1, 100);
  EXPECT_EQ(camera.ladder.rung(), 1U);
  EXPECT_TRUE(camera.ladder.holds(OverloadStep::low_priority_off));
  EXPECT_FALSE(camera.ladder.holds(OverloadStep::fewer_frames));
}

}  // namespace
}  // namespace kinesight::infer
