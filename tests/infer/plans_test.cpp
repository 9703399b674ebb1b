// From configuration to plans, with a source kind of the test's own under the name of kvs.
#include "infer/plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_camera.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "video/options_kvs.h"
#include "vision/options_weapon.h"

namespace kinesight::infer {
namespace {

/// What the last source of FakeKvs was made with.
struct Made {
  video::SourceContext context;
  double begin = 0, end = 0;
};
Made made;

std::unique_ptr<video::FrameSource> make_live(const config::Parsed&, const video::SourceContext& context) {
  made = {context, 0, 0};
  return std::make_unique<support::FakeSource>(std::make_shared<support::SourceScript>());
}

std::unique_ptr<video::FrameSource> make_replay(const config::Parsed&, const video::SourceContext& context,
                                                double begin, double end) {
  made = {context, begin, end};
  return std::make_unique<support::FakeSource>(std::make_shared<support::SourceScript>());
}

Result<std::unique_ptr<vision::Detector>> make_detector(const config::Parsed&, vision::Engine&) {
  return std::make_unique<support::FakeDetector>(
      [](const Frame&) { return std::vector<vision::Detection>{}; });
}

Result<vision::JudgeOptions> rules(const config::Parsed&) { return vision::JudgeOptions{}; }

class PlansTest : public testing::Test {
 protected:
  SharedCamera configure(const std::string& kvs_options) {
    const auto text = "cameras:\n  front:\n    fps_target: 3\n    kvs: {stream_name: s, region: us-east-1" +
                      kvs_options + "}\n    detectors: [{type: weapon, params: {model_path: m.onnx}}]\n";
    auto parsed = config::parse_cameras_file(text, "test",
                                             {.sources = {{&video::KvsOptions::table()}},
                                              .detectors = {{&vision::WeaponOptions::table()}},
                                              .publishers = {}},
                                             config::no_environment());
    EXPECT_TRUE(parsed) << to_string(parsed.error().front());
    return std::make_shared<config::CameraConfig>(parsed->cameras.at(0));
  }
  Surroundings surroundings() {
    return {.kinds = kinds, .engine = engine, .clock = clock, .cloud = &cloud, .telemetry = &telemetry_};
  }

  const std::vector<video::SourceKind> sources{{video::KvsOptions::table(), make_live, make_replay}};
  const std::vector<vision::DetectorKind> detectors{{vision::WeaponOptions::table(), make_detector, rules}};
  const Kinds kinds{sources, detectors, {}};
  support::TelemetryFixture observed;
  const telemetry::Telemetry telemetry_ = observed;
  support::FakeClock clock;
  vision::Engine engine;
  CloudSession cloud{config::no_environment(), clock, observed.log};
};

TEST_F(PlansTest, ASourceIsToldAllThatItsContextHas) {
  const auto recorder = std::make_shared<CoverageRecorder>("front", 3, clock);
  auto& coverage = *recorder;
  const auto plan = plan_camera(configure(""), surroundings(), recorder);
  ASSERT_TRUE(plan.make_source());
  EXPECT_EQ(made.context.camera_id, "front");
  EXPECT_EQ(made.context.fps_target, 3);
  EXPECT_EQ(made.context.clock, &clock);
  EXPECT_EQ(made.context.telemetry, &telemetry_);
  const auto session = made.context.aws_session();
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(*session, *cloud.get()) << "one for the whole process";
  coverage.frame(support::make_frame(100), FrameFate::processed);
  made.context.on_gap({100.5, 101, "lost"});
  coverage.frame(support::make_frame(101), FrameFate::processed);
  EXPECT_EQ(totals_of(coverage.take().spans).missed_ms.at("lost"), 500);
}

TEST_F(PlansTest, OnlyWhoAsksForBackfillGetsIt) {
  EXPECT_FALSE(plan_backfill(configure(""), surroundings()));
  const auto plan = plan_backfill(
      configure(", backfill: true, backfill_max_load: 0.25, backfill_max_age_hours: 2"), surroundings());
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->route.camera_id, "front");
  EXPECT_EQ(plan->fps_target, 3);
  EXPECT_EQ(plan->max_load, 0.25);
  EXPECT_EQ(plan->max_age_seconds, 7200);
  int gaps = 0;
  ASSERT_TRUE(plan->make_replay(10, 20, [&](const video::Gap&) { ++gaps; }));
  EXPECT_EQ(made.begin, 10);
  EXPECT_EQ(made.end, 20);
  EXPECT_TRUE(made.context.aws_session);
  made.context.on_gap({11, 12, "lost"});
  EXPECT_EQ(gaps, 1);
  EXPECT_TRUE(plan->make_pipeline());
}

TEST_F(PlansTest, AKindWithoutRecordingsHasNoBackfill) {
  const std::vector<video::SourceKind> live_only{{video::KvsOptions::table(), make_live}};
  const Kinds without{live_only, detectors, {}};
  const auto camera = configure(", backfill: true");
  EXPECT_FALSE(plan_backfill(camera, {.kinds = without, .engine = engine, .clock = clock}));
}

}  // namespace
}  // namespace kinesight::infer
