#include "infer/camera_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "infer/camera_rig.h"

namespace kinesight::infer {
namespace {

using support::make_frame;
using telemetry::kCameraRecoveries;
using telemetry::kFramesDropped;
using telemetry::kInferEvents;
using telemetry::kInferFrames;
using telemetry::kPublisherFailures;

class CameraWorkerTest : public testing::Test {
 protected:
  support::TelemetryFixture observed;
  CameraRig rig{observed};
};

TEST_F(CameraWorkerTest, FramesBecomeEventsWithTheKeyOfTheirSnapshot) {
  rig.play(20);  // 2 seconds.
  rig.run();
  EXPECT_EQ(rig.metric(kInferFrames, {"front"}), 21);  // The one that ends the script included.
  const auto publications = rig.publisher.publications();
  ASSERT_GE(publications.size(), 2u);
  const auto& event = publications[0]->events.at(0);
  EXPECT_EQ(event.camera_id, "front");
  EXPECT_EQ(event.payload.label, "person");
  EXPECT_EQ(event.payload.extras["snapshot"], event::snapshot_key("snapshots", "front", event.payload.ts_ms));
  EXPECT_EQ(publications[0]->snapshot_key, event::snapshot_key("snapshots", "front", event.payload.ts_ms));
}

TEST_F(CameraWorkerTest, FramesBeyondTheTargetAreLeftAlone) {
  rig.plan.fps_target = 2;
  rig.play(50);
  rig.run();
  EXPECT_EQ(rig.metric(kInferFrames, {"front"}), 11);
  EXPECT_TRUE(rig.worker->status().drops.empty());
}

TEST_F(CameraWorkerTest, AFrameThatIsTooOldIsDroppedAndCounted) {
  rig.script->steps.emplace_back(make_frame(rig.clock.wall_seconds() - 10));
  rig.script->steps.emplace_back(make_frame(rig.clock.wall_seconds() - 9));
  rig.play(1);
  rig.run();
  EXPECT_EQ(rig.metric(kFramesDropped, {"front", "too_old"}), 2);
  EXPECT_EQ(rig.worker->status().drops.at("too_old"), 2u);
  EXPECT_EQ(rig.metric(kInferFrames, {"front"}), 2);
}

TEST_F(CameraWorkerTest, ARecordingIsNeverTooOld) {
  rig.script->live = false;
  rig.script->steps.emplace_back(make_frame(1000));
  rig.run();
  EXPECT_EQ(rig.metric(kFramesDropped, {"front", "too_old"}), 0);
}

TEST_F(CameraWorkerTest, ABusyEngineDropsTheFrameCountedAndTheCameraGoesOn) {
  int calls = 0;
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 1) return fail(ErrorKind::unavailable, "busy");
    return std::vector<vision::Detection>{};
  };
  rig.play(3);
  rig.run();
  EXPECT_EQ(rig.metric(kFramesDropped, {"front", "engine_busy"}), 1);
  EXPECT_EQ(rig.metric(kInferFrames, {"front"}), 3);
  EXPECT_EQ(rig.script->opened, 1);
}

TEST_F(CameraWorkerTest, ASourceThatFailsIsOpenedAgainAfterABackoff) {
  rig.play(2);
  rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "connection reset"});
  rig.run();
  EXPECT_EQ(rig.script->opened, 2);
  EXPECT_EQ(rig.script->made, 1) << "it knows what it has handed out";
  EXPECT_EQ(rig.detectors_made, 1);
  EXPECT_EQ(rig.script->closed, 1);
  EXPECT_EQ(rig.metric(kCameraRecoveries, {"front", "source"}), 1);
  const double paused = to_seconds(rig.clock.steady().time_since_epoch());
  EXPECT_GE(paused, 4);  // 5 s x 80 %.
  EXPECT_LT(paused, 6);
  EXPECT_EQ(rig.worker->status().state, "online");
  EXPECT_EQ(observed.health.state(), telemetry::HealthState::ok);
}

TEST_F(CameraWorkerTest, AnEventThatWaitsForItsSecondDoesNotWaitForACameraThatIsGone) {
  rig.rules = {};
  const double begin = rig.clock.wall_seconds();
  rig.find = [&](const Frame& frame) -> Result<std::vector<vision::Detection>> {
    if (frame.capture_time > begin + 2) return std::vector<vision::Detection>{};
    std::vector<vision::Detection> people = {{"object", "person", 0.9F, {1, 2, 10, 10}}};
    if (frame.capture_time > begin + 0.15) people.push_back({"object", "person", 0.8F, {40, 2, 10, 10}});
    return people;
  };
  rig.play(3);
  rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "connection reset"});
  std::size_t before_it_came_back = 0;
  rig.script->on_open = [&] { before_it_came_back = rig.publisher.publications().size(); };
  rig.run();
  EXPECT_EQ(before_it_came_back, 2U);
  const auto publications = rig.publisher.publications();
  ASSERT_GE(publications.size(), 2U);
  const auto& late = publications[1]->events.at(0).payload;
  EXPECT_LT(late.ts_ms, (begin + 2) * 1000);
  EXPECT_EQ(late.extras["snapshot"], publications[1]->snapshot_key) << "the picture of the last frame";
  EXPECT_EQ(late.extras["track"]["id"], 2);
}

TEST_F(CameraWorkerTest, ASourceThatStaysAwayIsTriedForEverAtMost72SecondsApart) {
  // Each failure is one step of the script; after a hundred of them the camera is back.
  for (int i = 0; i < 100; ++i)
    rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "no route to host"});
  rig.run();
  EXPECT_EQ(rig.script->opened, 101);
  const double paused = to_seconds(rig.clock.steady().time_since_epoch());
  EXPECT_GT(paused, 95 * 60 * 0.8);
  EXPECT_LT(paused, 100 * 72);
  EXPECT_EQ(rig.worker->status().state, "online");
}

TEST_F(CameraWorkerTest, ASourceSaysItselfWhenToTryAgain) {
  rig.script->retry_after = std::chrono::seconds(180);
  rig.script->steps.emplace_back(Error{ErrorKind::invalid, "no such stream"});
  rig.run();
  EXPECT_EQ(to_seconds(rig.clock.steady().time_since_epoch()), 180);
}

TEST_F(CameraWorkerTest, ASourceThatWantsToBeTriedAtOnceDoesNotSpin) {
  rig.script->retry_after = Clock::Duration::zero();
  for (int i = 0; i < 100; ++i) rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "reset"});
  rig.run();
  EXPECT_GE(to_seconds(rig.clock.steady().time_since_epoch()), 9.9);
}

TEST_F(CameraWorkerTest, AnExceptionLeavesNoSourceBehind) {
  rig.script->steps.emplace_back(support::Throws{});
  EXPECT_THROW(rig.run(), std::runtime_error);
  EXPECT_EQ(rig.script->closed, 1);
}

TEST_F(CameraWorkerTest, EventsSayWhereTheirFrameIsFromAndOnlyEventsAskForIt) {
  rig.script->provenance = {{"kvs", {{"fragment_number", "91343852333181432"}}}};
  rig.play(1);
  rig.run();
  const auto& extras = rig.publisher.publications().at(0)->events.at(0).payload.extras;
  EXPECT_EQ(extras["kvs"]["fragment_number"], "91343852333181432");
  EXPECT_TRUE(extras.contains("snapshot"));
}

TEST_F(CameraWorkerTest, TheAgeOfALiveCamerasEventsIsKnownAndARecordingHasNone) {
  const auto count = [&] {
    double all = 0;
    for (const auto& series : observed.metrics.series(telemetry::kEventAge)) {
      EXPECT_EQ(series.labels, std::vector<std::string>{"front"});
      for (const double in_bucket : series.bucket_counts) all += in_bucket;
    }
    return all;
  };
  const double now = rig.clock.wall_seconds();
  rig.script->steps.emplace_back(make_frame(now - 1.5));
  rig.run();
  EXPECT_EQ(observed.metrics.series(telemetry::kEventAge).at(0).bucket_counts.at(4), 1) << "1 to 2 s";
  EXPECT_EQ(count(), 2) << "the frame that ends the script is one, too";

  rig.script->live = false;
  rig.play(1);
  rig.run();
  EXPECT_EQ(count(), 2);
}

TEST_F(CameraWorkerTest, WhatIsWatchedAndWhatIsNotIsWrittenDown) {
  auto& recorder = *(rig.plan.coverage = std::make_shared<CoverageRecorder>("front", 10, rig.clock));
  const double begin = rig.clock.wall_seconds();
  const auto at = [&](double seconds) { rig.script->steps.emplace_back(make_frame(begin + seconds)); };
  for (int i = 0; i <= 10; ++i) at(i * 0.1);
  rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "gone"});
  at(20);
  at(20.1);
  rig.run();
  auto spans = clip(recorder.take().spans, to_ms(begin), to_ms(begin + 20.1));
  EXPECT_THAT(spans, testing::ElementsAre(Span{to_ms(begin), to_ms(begin + 1)},
                                          Span{to_ms(begin + 1), to_ms(begin + 20), "offline"},
                                          Span{to_ms(begin + 20), to_ms(begin + 20.1)}));
}

TEST_F(CameraWorkerTest, AFrameThatItsDetectorFailedOnHasNotBeenWatched) {
  rig.plan.fps_target = 0.5;  // So rare that the pause after the failure is no longer than some intervals.
  auto& recorder =
      *(rig.plan.coverage = std::make_shared<CoverageRecorder>("front", rig.plan.fps_target, rig.clock));
  const double begin = rig.clock.wall_seconds();
  for (int i = 0; i <= 10; ++i) rig.script->steps.emplace_back(make_frame(begin + i * 2));
  int calls = 0;
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 6) return fail(ErrorKind::corrupt, "the model is broken");
    return std::vector<vision::Detection>{};
  };
  rig.run();
  const auto spans = clip(recorder.take().spans, to_ms(begin), to_ms(begin + 20));
  EXPECT_THAT(spans, testing::ElementsAre(Span{to_ms(begin), to_ms(begin + 10)},
                                          Span{to_ms(begin + 10), to_ms(begin + 12), "overload"},
                                          Span{to_ms(begin + 12), to_ms(begin + 20)}));
}

TEST_F(CameraWorkerTest, AFrameThatKilledTheWorkerHasNotBeenWatched) {
  auto& recorder = *(rig.plan.coverage = std::make_shared<CoverageRecorder>("front", 10, rig.clock));
  const double begin = rig.clock.wall_seconds();
  rig.play(20);
  int calls = 0;
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 11) throw std::runtime_error("the library threw");
    return std::vector<vision::Detection>{};
  };
  EXPECT_THROW(rig.run(), std::runtime_error);
  rig.worker->restarted("died", {ErrorKind::corrupt, "it threw"}, std::chrono::seconds(1));
  rig.find = [](const Frame&) -> Result<std::vector<vision::Detection>> { return {}; };
  rig.run();
  const auto spans = clip(recorder.take().spans, to_ms(begin), to_ms(begin + 1.9));
  EXPECT_THAT(spans, testing::ElementsAre(Span{to_ms(begin), to_ms(begin + 1)},
                                          Span{to_ms(begin + 1), to_ms(begin + 1.1), "overload"},
                                          Span{to_ms(begin + 1.1), to_ms(begin + 1.9)}));
}

TEST_F(CameraWorkerTest, ARecordingIsNoCamerasTime) {
  auto& recorder = *(rig.plan.coverage = std::make_shared<CoverageRecorder>("front", 10, rig.clock));
  rig.script->live = false;
  rig.play(5);
  rig.run();
  EXPECT_THAT(recorder.take().spans, testing::IsEmpty());
}

TEST_F(CameraWorkerTest, AFailureIsShownWhileItLasts) {
  std::string state_seen, error_seen;
  telemetry::HealthState health_seen{};
  rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "no route to host"});
  rig.script->on_open = [&] {
    if (rig.script->opened != 1) return;  // After the failure, before anything works again.
    state_seen = rig.worker->status().state;
    error_seen = rig.worker->status().error;
    health_seen = observed.health.state();
  };
  rig.run();
  EXPECT_EQ(state_seen, "offline");
  EXPECT_EQ(error_seen, "no route to host");
  EXPECT_EQ(health_seen, telemetry::HealthState::degraded);
}

TEST_F(CameraWorkerTest, ADetectorThatFailsIsMadeAgain) {
  int calls = 0;
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 2) return fail(ErrorKind::corrupt, "the model threw");
    return std::vector<vision::Detection>{};
  };
  rig.play(3);
  rig.run();
  EXPECT_EQ(rig.detectors_made, 2);
  EXPECT_EQ(rig.script->made, 2) << "another part's failure may be the source's doing";
  EXPECT_EQ(rig.metric(kCameraRecoveries, {"front", "detector"}), 1);
}

TEST_F(CameraWorkerTest, WhatItsGateSparedIsCountedOverFailuresAndUpToTheEnd) {
  rig.script->on_frame = [&](const Frame&) {
    rig.script->counters.packets += 10;
    rig.script->counters.gated += 8;
  };
  int calls = 0;
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 2) return fail(ErrorKind::corrupt, "the model threw");
    return std::vector<vision::Detection>{};
  };
  rig.plan.fps_target = 5;  // Every other frame is not due, and neither is the last before the end.
  rig.play(8);
  rig.run();
  EXPECT_EQ(rig.script->made, 2) << "the second source counts from nothing";
  EXPECT_EQ(rig.worker->status().packets, 90u);
  EXPECT_EQ(rig.worker->status().gated_packets, 72u);
  EXPECT_EQ(rig.metric(telemetry::kGatedPackets, {"front"}), 72);
}

TEST_F(CameraWorkerTest, APublisherThatRefusesIsCountedAndTheCameraGoesOn) {
  rig.publisher.refuse({ErrorKind::unavailable, "disk full"});
  rig.play(10);
  rig.run();
  EXPECT_GE(rig.metric(kPublisherFailures, {"recording"}), 2);
  EXPECT_EQ(rig.metric(kPublisherFailures, {"recording"}), rig.metric(kInferEvents, {"front", "object"}));
  EXPECT_EQ(rig.metric(kInferFrames, {"front"}), 11);
}

TEST_F(CameraWorkerTest, ARecordingThatEndsIsLeftInPeace) {
  rig.play(3);
  rig.script->steps.emplace_back(support::Ends{});
  rig.worker = std::make_unique<CameraWorker>(rig.plan, observed, Clock::system(), Rng(1));
  Worker thread("camera", [&](std::stop_token stop) { rig.worker->run(stop); });
  while (!rig.worker->ended()) std::this_thread::yield();
  EXPECT_EQ(rig.worker->status().state, "ended");
  EXPECT_EQ(observed.health.state(), telemetry::HealthState::ok);
  EXPECT_EQ(rig.script->closed, 1);
  EXPECT_EQ(rig.metric(telemetry::kWorkerAlive, {"front"}), 1);
}

TEST_F(CameraWorkerTest, TheLatestFrameIsThereWithItsBoxes) {
  rig.play(5);
  rig.run();
  const auto latest = rig.worker->latest();
  ASSERT_TRUE(latest);
  EXPECT_EQ(latest->detections.at(0).label, "person");
  EXPECT_EQ(rig.worker->status().width, 64);
}

TEST_F(CameraWorkerTest, ThePictureOfALiveCameraThatNeverChangesIsSaid) {
  rig.plan.frozen_seconds = 30;
  const double begin = rig.clock.wall_seconds();
  for (int second = 0; second <= 31; ++second) rig.script->steps.emplace_back(make_frame(begin + second));
  int frames = 0;
  auto moving = make_frame(begin + 32);
  auto pixels = std::make_shared<std::vector<std::uint8_t>>(std::size_t{64} * 48 * 3, 90);
  moving.view.planes[0].data = pixels->data();
  moving.pixels = pixels;
  rig.script->steps.emplace_back(moving);
  rig.find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    ++frames;
    EXPECT_TRUE(frames > 30 || rig.worker->status().state != "degraded");
    if (frames == 32) {
      EXPECT_EQ(rig.worker->status().state, "degraded");
      EXPECT_EQ(rig.worker->status().error, "picture frozen for 30 s");
      EXPECT_EQ(observed.metrics.value(telemetry::kPictureFrozen, {"front"}), 1);
      EXPECT_THAT(observed.health.reasons(),
                  testing::ElementsAre("picture of camera front: picture frozen for 30 s"));
    }
    return std::vector<vision::Detection>{};
  };
  rig.run();
  EXPECT_GT(frames, 32);
  EXPECT_EQ(rig.worker->status().state, "online");
  EXPECT_EQ(observed.metrics.value(telemetry::kPictureFrozen, {"front"}), 0);
  EXPECT_THAT(observed.health.reasons(), testing::IsEmpty());
  EXPECT_TRUE(rig.worker->status().latency_ms);
}

}  // namespace
}  // namespace kinesight::infer
