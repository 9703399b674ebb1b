#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/catalog.h"
#include "telemetry/happenings.h"

namespace kinesight::telemetry {
namespace {

using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  Metrics metrics{kAllMetrics};
  Health health;
  Log log{"test", LogFormat::json, Level::critical, stderr};
  Telemetry telemetry{log, metrics, health};
};

TEST_F(MetricsTest, NamesLabelsAndBucketsAreThoseThatDashboardsRelyOn) {
  telemetry.emit(WorkerStarted{"camera_1"});
  telemetry.emit(FrameProcessed{"camera_1", 60, 1697123456.5});
  telemetry.emit(EventsRaised{"camera_1", {{"weapon", 2}}, 60});
  metrics.add(kPublisherFailures, {"kds"}, 0);
  const std::string text = metrics.text();
  EXPECT_THAT(
      text, HasSubstr("# HELP infer_frames_total Total frames processed\n# TYPE infer_frames_total counter\n"
                      "infer_frames_total{camera_id=\"camera_1\"} 1\n"));
  EXPECT_THAT(
      text, HasSubstr("# HELP infer_events_total Total detection events\n# TYPE infer_events_total counter\n"
                      "infer_events_total{camera_id=\"camera_1\",type=\"weapon\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("# HELP infer_latency_ms Inference latency in milliseconds\n"
                              "# TYPE infer_latency_ms histogram\n"));
  for (const char* le : {"10\"} 0", "50\"} 0", "100\"} 1", "200\"} 1", "500\"} 1", "1000\"} 1", "2000\"} 1",
                         "5000\"} 1", "+Inf\"} 1"}) {
    EXPECT_THAT(text, HasSubstr(std::string("infer_latency_ms_bucket{camera_id=\"camera_1\",le=\"") + le));
  }
  EXPECT_THAT(
      text, HasSubstr("# HELP publisher_failures_total Total publisher failures\n"
                      "# TYPE publisher_failures_total counter\npublisher_failures_total{sink=\"kds\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# HELP worker_alive Worker thread alive status\n# TYPE worker_alive gauge\n"
                              "worker_alive{camera_id=\"camera_1\"} 1\n"));
}

TEST_F(MetricsTest, AWorkerThatStoppedIsNotAlive) {
  telemetry.emit(WorkerStarted{"camera_1"});
  telemetry.emit(WorkerStopped{"camera_1", ""});
  EXPECT_THAT(metrics.text(), HasSubstr("worker_alive{camera_id=\"camera_1\"} 0"));
}

TEST_F(MetricsTest, ACameraThatNeverStartedHasNoSeries) {
  EXPECT_THAT(metrics.text(), Not(HasSubstr("camera_id=")));
}

TEST_F(MetricsTest, AFailureShowsInHealthUntilTheRecovery) {
  telemetry.emit(CameraFailed{"camera_1", "source", {ErrorKind::not_found, "no such file"}, 5});
  EXPECT_EQ(health.state(), HealthState::degraded);
  telemetry.emit(CameraRecovered{"camera_1"});
  EXPECT_EQ(health.state(), HealthState::ok);
  EXPECT_EQ(metrics.value(kCameraRecoveries, {"camera_1", "source"}), 1);
}

TEST_F(MetricsTest, WhatIsGoneLeavesNoSeriesBehindAndMayComeBack) {
  for (const auto* camera : {"a", "b"}) {
    telemetry.emit(WorkerStarted{camera});
    telemetry.emit(FrameProcessed{.camera_id = camera, .latency_ms = 60});
    telemetry.emit(FrameDropped{camera, "too_old"});
  }
  metrics.add(kPublisherFailures, {"a"}, 1);  // A sink that is called like the camera.
  metrics.forget("camera_id", "a");
  EXPECT_THAT(metrics.text(), Not(HasSubstr("camera_id=\"a\"")));
  EXPECT_EQ(metrics.value(kInferFrames, {"b"}), 1);
  EXPECT_EQ(metrics.value(kFramesDropped, {"b", "too_old"}), 1);
  EXPECT_EQ(metrics.value(kPublisherFailures, {"a"}), 1);
  telemetry.emit(FrameProcessed{.camera_id = "a", .latency_ms = 60});
  EXPECT_EQ(metrics.value(kInferFrames, {"a"}), 1);
  EXPECT_THAT(metrics.text(), HasSubstr("infer_latency_ms_bucket{camera_id=\"a\",le=\"100\"} 1"));
}

}  // namespace
}  // namespace kinesight::telemetry
