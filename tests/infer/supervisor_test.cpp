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
    auto supervisor = std::make_unique<Supervisor>(
        observed, clock, BackoffPolicy{.initial_seconds = 1, .jitter_low = 1, .jitter_high = 1},
        [this](const CameraWorker& camera) { gone.push_back(camera.camera_id()); });
    for (auto* rig : rigs) supervisor->put(worker_of(*rig));
    return supervisor;
  }
  std::shared_ptr<CameraWorker> worker_of(CameraRig& rig) {
    return std::make_shared<CameraWorker>(rig.plan, observed, rig.clock, Rng(1));
  }

  /// Moves the supervisor's clock on, look by look, until `true_now`.
  void look_until(const std::function<bool()>& true_now) {
    while (!true_now()) {
      clock.await_waiters();
      clock.advance(500ms);
    }
  }

  std::vector<std::string> gone;  ///< Who was told to be.
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

TEST_F(SupervisorTest, ACameraThatIsReplacedEndsBeforeTheOtherBeginsAndItsNeighbourNoticesNothing) {
  CameraRig old_one(observed, "front"), new_one(observed, "front"), neighbour(observed, "back");
  neighbour.play(3);
  bool ended_first = false;
  new_one.script->on_open = [&] { ended_first = old_one.script->closed == 1; };
  new_one.play(1);
  auto supervisor = supervise({&old_one, &neighbour});
  supervisor->start();
  while (old_one.script->opened == 0 || !supervisor->find("back")->latest()) std::this_thread::yield();
  supervisor->put(worker_of(new_one));
  EXPECT_THAT(supervisor->settle(10s), IsEmpty());
  EXPECT_THAT(gone, ElementsAre("front"));
  while (!supervisor->find("front")->latest()) std::this_thread::yield();
  EXPECT_TRUE(ended_first);
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"front"}), 1);
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
  EXPECT_EQ(neighbour.script->opened, 1);
  EXPECT_THAT(gone, ElementsAre("front")) << "the end of the service takes nobody away";
}

TEST_F(SupervisorTest, OfACameraThatIsTakenAwayNothingRemains) {
  CameraRig rig(observed, "front"), other(observed, "front-2");
  rig.script->open_error = Error{ErrorKind::unavailable, "no route to host"};
  auto supervisor = supervise({&rig, &other});
  supervisor->start();
  while (observed.health.reasons().empty()) std::this_thread::yield();
  EXPECT_NE(observed.metrics.text().find("camera_id=\"front\""), std::string::npos);
  supervisor->remove("front");
  EXPECT_EQ(supervisor->find("front"), nullptr);
  EXPECT_THAT(supervisor->settle(10s), IsEmpty());
  EXPECT_THAT(observed.health.reasons(), IsEmpty());
  EXPECT_EQ(observed.metrics.text().find("camera_id=\"front\""), std::string::npos)
      << "worker_alive would stay 0, and somebody be woken for it";
  EXPECT_NE(observed.metrics.text().find("camera_id=\"front-2\""), std::string::npos);
}

TEST_F(SupervisorTest, AThreadThatDoesNotEndIsReportedAndHoldsUpNobodyElse) {
  CameraRig stuck(observed, "stuck"), new_stuck(observed, "stuck"), other(observed, "other");
  std::binary_semaphore inside(0), release(0);
  stuck.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    inside.release();
    release.acquire();
    return std::vector<vision::Detection>{};
  };
  stuck.play(1);
  new_stuck.play(1);
  other.play(1);
  auto supervisor = supervise({&stuck});
  supervisor->start();
  inside.acquire();
  supervisor->put(worker_of(new_stuck));
  supervisor->put(worker_of(other));
  EXPECT_THAT(supervisor->settle(20ms), ElementsAre("stuck"));
  while (!supervisor->find("other")->latest()) std::this_thread::yield();
  look_until([&] { return supervisor->find("stuck")->status().state == "error"; });
  EXPECT_EQ(new_stuck.script->opened, 0) << "a camera has one thread at most";
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerAlive, {"stuck"}), 0);
  EXPECT_THAT(observed.health.reasons(), ElementsAre(testing::HasSubstr("its last thread does not end")));
  release.release();
  look_until([&] { return supervisor->find("stuck")->status().state == "online"; });
  EXPECT_THAT(observed.health.reasons(), IsEmpty());
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
}

TEST_F(SupervisorTest, ACameraThatGoesSilentIsOpenedAnewAndOneThatRestsIsNot) {
  CameraRig silent(observed, "silent"), away(observed, "away");
  silent.plan.watchdog_seconds = away.plan.watchdog_seconds = 60;
  support::FakeClock shared(1.7e9, support::FakeClock::Waiting::blocks);
  away.script->open_error = Error{ErrorKind::unavailable, "offline"};
  away.plan.backoff = {.initial_seconds = 1e6, .max_seconds = 1e6};
  auto supervisor = supervise({});
  supervisor->put(std::make_shared<CameraWorker>(silent.plan, observed, shared, Rng(1)));
  supervisor->put(std::make_shared<CameraWorker>(away.plan, observed, shared, Rng(1)));
  supervisor->start();
  while (silent.script->opened == 0) std::this_thread::yield();
  shared.await_waiters();  // The one that is away rests.
  shared.advance_seconds(59);
  EXPECT_FALSE(supervisor->find("silent")->trouble());
  shared.advance_seconds(1);
  look_until(
      [&] { return supervisor->find("silent")->status().restarts == 1 && silent.script->opened == 2; });
  EXPECT_EQ(observed.metrics.value(telemetry::kWorkerRestarts, {"silent", "stalled"}), 1);
  EXPECT_EQ(supervisor->find("away")->status().restarts, 0U);
  EXPECT_THAT(supervisor->stop(10s), IsEmpty());
}

}  // namespace
}  // namespace kinesight::infer
