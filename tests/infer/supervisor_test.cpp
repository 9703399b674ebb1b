#include "infer/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>

#include "infer/camera_rig.h"

namespace kinesight::infer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class SupervisorTest : public testing::Test {
 protected:
  /// A supervisor of the given rigs whose dead workers are started again at once.
  std::unique_ptr<Supervisor> supervise(std::vector<CameraRig*> rigs) {
    std::vector<std::unique_ptr<CameraWorker>> cameras;
    for (auto* rig : rigs) {
      cameras.push_back(std::make_unique<CameraWorker>(rig->plan, observed, rig->clock, Rng(1)));
    }
    return std::make_unique<Supervisor>(
        std::move(cameras), observed, clock,
        BackoffPolicy{.initial_seconds = 1, .jitter_low = 1, .jitter_high = 1});
  }

  /// Moves the supervisor's clock on, look by look, until `true_now`.
  void look_until(const std::function<bool()>& true_now) {
    while (!true_now()) {
      clock.await_waiters();
      clock.advance(500ms);
    }
  }

  support::TelemetryFixture observed;
  support::FakeClock clock{1.7e9, support::FakeClock::Waiting::blocks};
};

TEST_F(SupervisorTest, AWorkerThatDiesIsStartedAgainAndTheOtherNoticesNothing) {
  CameraRig dying(observed, "dying"), steady(observed, "steady");
  dying.script->steps.emplace_back(support::Throws{});
  dying.play(1);
  steady.play(1);
  auto supervisor = supervise({&dying, &steady});
  supervisor->start();
  look_until([&] { return supervisor->find("dying")->status().state == "online"; });
  EXPECT_EQ(observed.metrics.value(telemetry::kCameraRecoveries, {"dying", "worker"}), 1);
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"dying"}), 1);
  while (!supervisor->find("steady")->latest()) std::this_thread::yield();
  EXPECT_EQ(steady.script->opened, 1);
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"steady"}), 0);
}

TEST_F(SupervisorTest, ADeadWorkerIsNotAliveAndHealthSaysWhy) {
  CameraRig rig(observed, "dying");
  rig.script->steps.emplace_back(support::Throws{});
  auto supervisor = supervise({&rig});
  supervisor->start();
  look_until([&] { return observed.health.state() == telemetry::HealthState::failed; });
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"dying"}), 0);
  EXPECT_THAT(observed.health.reasons(), ElementsAre("camera dying: unexpected exception: the library threw",
                                                     "supervisor: no worker thread runs"));
}

TEST_F(SupervisorTest, StopJoinsWorkersThatWaitForFrames) {
  CameraRig a(observed, "a"), b(observed, "b");
  auto supervisor = supervise({&a, &b});
  supervisor->start();
  while (a.metric(telemetry::kWorkerAlive, {"a"}) + a.metric(telemetry::kWorkerAlive, {"b"}) < 2) {
    std::this_thread::yield();
  }
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"a"}), 0);
}

TEST_F(SupervisorTest, StopNamesTheWorkerThatDoesNotEnd) {
  CameraRig rig(observed, "stuck");
  std::binary_semaphore inside(0), release(0);
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    inside.release();
    release.acquire();
    return std::vector<vision::Detection>{};
  };
  rig.play(1);
  auto supervisor = supervise({&rig});
  supervisor->start();
  inside.acquire();
  EXPECT_THAT(supervisor->stop(20ms), ElementsAre("stuck"));
  release.release();
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
}

TEST_F(SupervisorTest, KnowsWhenEverySourceHasEnded) {
  CameraRig a(observed, "a"), b(observed, "b");
  a.script->steps.emplace_back(support::Ends{});
  b.script->steps.emplace_back(support::Ends{});
  auto supervisor = supervise({&a, &b});
  EXPECT_FALSE(supervisor->all_ended());
  supervisor->start();
  while (!supervisor->all_ended()) std::this_thread::yield();
}

}  // namespace
}  // namespace kinesight::infer
