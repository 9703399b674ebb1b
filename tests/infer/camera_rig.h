// A camera worker in the hands of a test: scripted source, told detector, recording publisher, fake clock.
#pragma once

#include <functional>
#include <memory>

#include "base/worker.h"
#include "infer/camera_worker.h"
#include "infer/pipelines.h"
#include "support/fake_camera.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"

namespace kinesight::infer {

/// One camera. Its clock moves only by waiting on it, so that an hour of backoff takes no time.
struct CameraRig {
  explicit CameraRig(support::TelemetryFixture& observed, std::string id = "front") : telemetry(observed) {
    plan.camera_id = std::move(id);
    plan.source = "a script";
    plan.fps_target = 10;
    plan.make_source = [script = script]() -> Result<std::unique_ptr<video::FrameSource>> {
      return std::make_unique<support::FakeSource>(script);
    };
    plan.make_pipeline = [this]() -> Result<DetectorPipeline> {
      ++detectors_made;
      return pipeline_of(find, rules);
    };
    plan.publishers = {&publisher};
  }

  /// `count` frames a tenth of a second apart from now on, as steps of the script.
  void play(int count) {
    for (int i = 0; i < count; ++i)
      script->steps.emplace_back(support::make_frame(clock.wall_seconds() + i * 0.1));
  }

  /// Runs the script to its end: the worker is stopped when the script has no more steps.
  void run() {
    worker = std::make_unique<CameraWorker>(plan, telemetry, clock, Rng(1));
    std::stop_source stop;
    // The last frame's detection asks for the stop, from within the worker's own thread: no waiting, no race.
    script->steps.emplace_back(support::make_frame(clock.wall_seconds() + 1e6));
    auto inner = find;
    find = [&, inner](const Frame& frame) {
      if (frame.capture_time > clock.wall_seconds() + 1e5) stop.request_stop();
      return inner(frame);
    };
    worker->run(stop.get_token());
  }

  double metric(const telemetry::MetricSpec& spec, telemetry::LabelValues labels) const {
    return telemetry.metrics.value(spec, labels);
  }

  support::TelemetryFixture& telemetry;
  support::FakeClock clock;
  std::shared_ptr<support::SourceScript> script = std::make_shared<support::SourceScript>();
  support::RecordingPublisher publisher;
  CameraPlan plan;
  int detectors_made = 0;
  vision::JudgeOptions rules{.rules = {.cooldown_seconds = 0}};
  support::FakeDetector::Find find = [](const Frame&) -> Result<std::vector<vision::Detection>> {
    return std::vector<vision::Detection>{{"object", "person", 0.9f, {1, 2, 3, 4}}};
  };
  std::unique_ptr<CameraWorker> worker;
};

}  // namespace kinesight::infer
