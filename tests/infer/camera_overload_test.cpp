// A camera worker on a machine that cannot keep up, and that then can again: what it gives up, in what order,
// what it spares, and what an operator sees of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/camera_rig.h"

namespace kinesight::infer {
namespace {

using Strings = std::vector<std::string>;
using support::FakeDetector;
using support::make_frame;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using video::DecodePolicy;

/// A camera of ten frames a second with an important detector, which takes `cost` seconds of the fake clock a
/// frame, and one of low priority, which takes none. Notes by second of the clock what there was to be seen.
class CameraOverloadTest : public testing::Test {
 protected:
  struct Second {
    Strings steps;      ///< As /api/cameras shows them.
    double rung = 0;    ///< As /metrics does.
    int important = 0;  ///< Frames that each detector saw.
    int unimportant = 0;
  };

  CameraOverloadTest() {
    rig.plan.overload = {.patience_seconds = 5, .recovery_seconds = 30};
    rig.plan.make_pipeline = [this] { return pipeline(); };
    rig.script->on_frame = [this](const Frame& frame) { await(frame); };
  }

  /// Plays `duration` seconds of video.
  void watch(double duration) {
    rig.play(static_cast<int>(duration * 10));
    begin = rig.clock.wall_seconds();
    rig.run();
  }

  /// How many frames a second an important detector saw from `from` until `until`.
  double rate(int from, int until) const {
    int frames = 0;
    for (int second = from; second < until; ++second) frames += at(second).important;
    return static_cast<double>(frames) / (until - from);
  }
  /// A second in which no frame came shows nothing.
  Second at(int second) const {
    const auto found = seconds.find(second);
    return found == seconds.end() ? Second{} : found->second;
  }
  /// The lists of steps as they came, each once.
  std::vector<Strings> history() const {
    std::vector<Strings> lists;
    for (const auto& [second, seen] : seconds) {
      if (lists.empty() || lists.back() != seen.steps) lists.push_back(seen.steps);
    }
    return lists;
  }

  std::function<double(double second)> cost = [](double) { return 0.01; };
  support::TelemetryFixture observed;
  CameraRig rig{observed};
  double begin = 0;
  std::map<int, Second> seconds;

 private:
  double now() const { return rig.clock.wall_seconds() - begin; }
  Second& this_second() {
    auto& second = seconds[static_cast<int>(now())];
    second.steps = rig.worker->status().overload;
    second.rung = rig.metric(telemetry::kOverloadRung, {"front"});
    return second;
  }

  /// A live source hands out no frame before its time.
  void await(const Frame& frame) {
    const double ahead = frame.capture_time - rig.clock.wall_seconds();
    if (ahead > 1e5) return;  // The one that ends the script.
    if (ahead > 0) rig.clock.advance_seconds(ahead);
    this_second();
  }

  Result<DetectorPipeline> pipeline() {
    const auto important = [this](const Frame& frame) {
      rig.clock.advance_seconds(cost(now()));
      ++this_second().important;
      return rig.find(frame);
    };
    const auto unimportant = [this](const Frame&) -> Result<std::vector<vision::Detection>> {
      ++this_second().unimportant;
      return std::vector<vision::Detection>{};
    };
    std::vector<PipelineStage> stages;
    stages.push_back({"weapon", config::DetectorPriority::high, std::make_unique<FakeDetector>(important),
                      vision::Judge({.rules = {.cooldown_seconds = 0}})});
    stages.push_back({"object", config::DetectorPriority::low, std::make_unique<FakeDetector>(unimportant),
                      vision::Judge({.rules = {.cooldown_seconds = 0}})});
    return DetectorPipeline(std::move(stages));
  }
};

TEST_F(CameraOverloadTest, ACameraThatKeepsUpGivesNothingUp) {
  watch(60);
  EXPECT_THAT(history(), ElementsAre(Strings{}));
  EXPECT_NEAR(rate(1, 59), 10, 0.1);
  EXPECT_THAT(rig.script->limits, ElementsAre(DecodePolicy::all)) << "as the source was made";
}

TEST_F(CameraOverloadTest, HalfOfTheFramesIsGivenUpFirstAndMayBeEnough) {
  cost = [](double) { return 0.14; };
  watch(60);
  EXPECT_THAT(history(), ElementsAre(Strings{}, Strings{"fewer_frames"}));
  EXPECT_NEAR(rate(20, 60), 5, 0.1);
  EXPECT_EQ(at(40).rung, 1);
  EXPECT_EQ(at(40).unimportant, at(40).important) << "the other detector is not spared yet";
  EXPECT_EQ(rig.metric(telemetry::kFramesDropped, {"front", "too_old"}), 0) << "it gave way in time";
}

TEST_F(CameraOverloadTest, StepAfterStepIsTakenAndTakenBackWhenTheLoadIsGone) {
  cost = [](double second) { return second < 40 ? 0.5 : 0.01; };
  watch(240);
  EXPECT_THAT(history(),
              ElementsAre(Strings{}, Strings{"fewer_frames"}, Strings{"fewer_frames", "keyframes"},
                          Strings{"fewer_frames", "keyframes", "low_priority_off"},
                          Strings{"fewer_frames", "keyframes"}, Strings{"fewer_frames"}, Strings{}));
  EXPECT_THAT(rig.script->limits, ElementsAre(DecodePolicy::all, DecodePolicy::all, DecodePolicy::keyframes,
                                              DecodePolicy::keyframes, DecodePolicy::keyframes,
                                              DecodePolicy::all, DecodePolicy::all));
  for (const auto& [second, seen] : seconds) EXPECT_EQ(seen.rung, seen.steps.size()) << second;
  EXPECT_NEAR(rate(230, 240), 10, 0.2) << "all that it is asked";
  EXPECT_THAT(rig.worker->status().overload, IsEmpty());
}

TEST_F(CameraOverloadTest, ASourceThatHasEndedIsNoLoad) {
  cost = [](double) { return 0.5; };
  rig.play(200);
  rig.script->steps.emplace_back(support::Ends{});
  begin = rig.clock.wall_seconds();
  rig.worker = std::make_unique<CameraWorker>(rig.plan, observed, rig.clock, Rng(1));
  Worker thread("camera", [&](std::stop_token stop) { rig.worker->run(stop); });
  while (!rig.worker->ended()) std::this_thread::yield();
  EXPECT_THAT(at(19).steps, Not(IsEmpty()));
  EXPECT_THAT(rig.worker->status().overload, IsEmpty());
  EXPECT_EQ(rig.metric(telemetry::kOverloadRung, {"front"}), 0);
}

TEST_F(CameraOverloadTest, DetectorsOfLowPriorityRestAndTheOthersGoOn) {
  rig.plan.overload.ladder = {config::OverloadStep::low_priority_off};
  cost = [](double second) { return second < 40 ? 0.5 : 0.01; };
  watch(120);
  EXPECT_GT(at(2).unimportant, 0);
  for (int second = 10; second < 40; ++second) EXPECT_EQ(at(second).unimportant, 0) << second;
  EXPECT_GE(rate(10, 40), 1.9);
  EXPECT_EQ(at(110).unimportant, 10);
}

TEST_F(CameraOverloadTest, SwitchedOffNothingIsGivenUpAndLateFramesAreDropped) {
  rig.plan.overload.enabled = false;
  cost = [](double) { return 0.5; };
  watch(60);
  EXPECT_THAT(history(), ElementsAre(Strings{}));
  EXPECT_GT(rig.metric(telemetry::kFramesDropped, {"front", "too_old"}), 100);
}

TEST_F(CameraOverloadTest, ARecordingTakesItsTime) {
  rig.script->live = false;
  cost = [](double) { return 0.5; };
  watch(60);
  EXPECT_THAT(history(), ElementsAre(Strings{}));
}

}  // namespace
}  // namespace kinesight::infer
