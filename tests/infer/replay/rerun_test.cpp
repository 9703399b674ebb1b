// A recording through a camera's pipeline: events, near misses, figures, and what a failure leaves.
#include "infer/replay/rerun.h"

#include <gmock/gmock.h>

#include <set>

#include "infer/pipelines.h"
#include "infer/replay/annotated_video.h"
#include "support/fake_clock.h"
#include "support/temp_folder.h"
#include "video/source_kind.h"

namespace kinesight::infer {
namespace {

constexpr double kBegin = 1'790'000'000;

/// A recording of 4 s at 10 frames a second; it fails after `whole` frames.
MakeRecording recording(int whole = 40) {
  return [whole](const std::filesystem::path&, Clock& clock) -> Result<std::unique_ptr<video::FrameSource>> {
    const auto script = std::make_shared<support::SourceScript>();
    for (int i = 0; i < whole; ++i)
      script->steps.emplace_back(support::make_frame(clock.wall_seconds() - 4 + 0.1 * i, i));
    if (whole < 40) script->steps.emplace_back(Error{ErrorKind::corrupt, "cut off"});
    script->steps.emplace_back(support::Ends{});
    return std::make_unique<support::FakeSource>(script);
  };
}

/// Sees a knife in every frame, in the first second with less confidence than counts.
DetectorPipeline knives(vision::JudgeOptions rules) {
  return pipeline_of(
      [](const Frame& frame) -> Result<std::vector<vision::Detection>> {
        const float conf = frame.capture_time < kBegin + 1 ? 0.4F : 0.8F;
        return std::vector{vision::Detection{
            .type = "weapon", .label = "knife", .conf = conf, .box = {5, 5, 20, 20}, .threshold = 0.5F}};
      },
      std::move(rules));
}

/// What a run told.
struct Told {
  std::vector<event::Envelope> events;
  std::vector<NearMiss> misses;
  std::vector<double> frames;
  double progress = 0;

  RerunListener listener() {
    return {.frame = [this](std::size_t, const Frame& frame, const Findings&) -> Result<> {
              frames.push_back(frame.capture_time - kBegin);
              return {};
            },
            .event = [this](const event::Envelope& event) -> Result<> {
              events.push_back(event);
              return {};
            },
            .near_miss = [this](const NearMiss& miss) -> Result<> {
              misses.push_back(miss);
              return {};
            },
            .progress = [this](double share) { progress = share; }};
  }
};

class Rerun : public testing::Test {
 protected:
  Result<> run(DetectorPipeline pipeline, const RerunListener& listener, int whole = 40) {
    Recordings recordings({"a.mp4"}, recording(whole), kBegin, clock_);
    EXPECT_TRUE(recordings.open({}));
    return rerun(recordings, pipeline, "front", 5, listener, {}, totals_);
  }

  support::FakeClock clock_;
  RerunTotals totals_;
};

TEST_F(Rerun, RaisesTheEventsOfTheRulesAndSaysWhyNotMore) {
  vision::JudgeOptions judge;
  judge.rules.temporal_window = 5;
  judge.rules.confirmation_threshold = 3;
  Told told;
  ASSERT_TRUE(run(knives(judge), told.listener()));
  EXPECT_EQ(told.frames.size(), 20U) << "5 a second of 10";
  ASSERT_EQ(told.events.size(), 1U);
  EXPECT_EQ(told.events[0].camera_id, "front");
  EXPECT_EQ(told.events[0].payload.ts_ms, static_cast<std::int64_t>((kBegin + 1.4) * 1000)) << "the third";
  EXPECT_EQ(totals_.events.at("weapon"), 1);
  EXPECT_EQ(totals_.due, 20);
  EXPECT_NEAR(totals_.seconds, 3.9, 1e-6);
  EXPECT_NEAR(told.progress, 3.9 / 4, 1e-6);
  std::set<vision::Verdict> verdicts;
  for (const auto& miss : told.misses) verdicts.insert(miss.verdict);
  EXPECT_THAT(verdicts, testing::IsSupersetOf({vision::Verdict::low_score, vision::Verdict::unconfirmed,
                                               vision::Verdict::cooldown}));
}

TEST_F(Rerun, WhatWaitsForItsSecondWhenTheRecordingEndsIsRaised) {
  auto two = pipeline_of(
      [](const Frame& frame) -> Result<std::vector<vision::Detection>> {
        std::vector<vision::Detection> knives;
        const auto see = [&](double from, float x) {
          if (frame.capture_time < kBegin + from) return;
          knives.push_back({.type = "weapon", .label = "knife", .conf = 0.9F, .box = {x, 5, 10, 10}});
        };
        see(3.1, 5);
        see(3.5, 45);  // In the last second as well.
        return knives;
      },
      {});
  Told told;
  ASSERT_TRUE(run(std::move(two), told.listener()));
  ASSERT_EQ(told.events.size(), 2U);
  EXPECT_NE(told.events[0].event_id, told.events[1].event_id);
  EXPECT_EQ(totals_.events.at("weapon"), 2);
}

TEST_F(Rerun, CountsWhatTheMotionGateSpares) {
  int looks = 0;
  std::vector<PipelineStage> stages;
  stages.push_back({"object", config::DetectorPriority::normal,
                    std::make_unique<support::FakeDetector>([&](const Frame&) {
                      ++looks;
                      return Result<std::vector<vision::Detection>>();
                    }),
                    vision::Judge({})});
  ASSERT_TRUE(run(DetectorPipeline(std::move(stages), vision::MotionGateOptions{}), {}));
  EXPECT_EQ(looks, 1) << "the picture is the same grey all the time";
  EXPECT_EQ(totals_.still, 19);
}

TEST_F(Rerun, AFailureLeavesWhatWasDoneUpToIt) {
  Told told;
  const auto done = run(knives({}), told.listener(), 15);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "cut off");
  EXPECT_EQ(told.frames.size(), 8U);
  EXPECT_EQ(told.events.size(), 1U);
  EXPECT_FALSE(told.misses.empty()) << "stretches that were open are told";
}

TEST_F(Rerun, AnErrorOfTheListenerEndsIt) {
  RerunListener listener;
  listener.frame = [](std::size_t, const Frame&, const Findings&) -> Result<> {
    return fail(ErrorKind::unavailable, "disk full");
  };
  EXPECT_EQ(run(knives({}), listener).error().message, "disk full");
  EXPECT_EQ(totals_.due, 1);
}

/// Frames of the video at `file`, and the time of the last one since the first.
std::pair<int, double> played(const std::filesystem::path& file) {
  const auto kind = video::file_source_kind();
  config::Parsed options(kind.options);
  kind.options.find("path")->assign(options.object(), config::Value::scalar(file.string()));
  kind.options.find("pace")->assign(options.object(), config::Value::scalar("max"));
  kind.options.find("decode")->assign(options.object(), config::Value::scalar("all"));
  const auto source = kind.make(options, {.camera_id = "a"});
  EXPECT_TRUE(source->open({}));
  int count = 0;
  double first = 0, last = 0;
  for (;; ++count) {
    const auto frame = source->read({});
    if (!frame || !*frame) return {count, last - first};
    last = (*frame)->capture_time;
    if (count == 0) first = last;
  }
}

TEST(AnnotatedVideo, ShowsEachFrameUntilTheNext) {
  const support::TempFolder folder;
  AnnotatedVideo video(folder.path() / "a.mp4", 5);
  for (const double time : {0.0, 0.2, 0.4, 2.4, 2.6})  // Nothing was processed for two seconds.
    ASSERT_TRUE(video.add(support::make_frame(kBegin + time, 0, 65, 49), {}));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.mp4")) << "it is whole, or not there";
  ASSERT_TRUE(video.finish());
  const auto [frames, seconds] = played(folder.path() / "a.mp4");
  EXPECT_EQ(frames, 14);
  EXPECT_NEAR(seconds, 2.6, 0.01);
}

TEST(AnnotatedVideo, KeepsItsSizeWhenTheRecordingChanges) {
  const support::TempFolder folder;
  AnnotatedVideo video(folder.path() / "a.mp4", 1);
  ASSERT_TRUE(video.add(support::make_frame(kBegin, 0, 64, 48), {}));
  ASSERT_TRUE(video.add(support::make_frame(kBegin + 1, 1, 128, 96), {}));
  ASSERT_TRUE(video.finish());
  EXPECT_EQ(played(folder.path() / "a.mp4").first, 2);
}

TEST(AnnotatedVideo, WithoutAFrameThereIsNone) {
  const support::TempFolder folder;
  AnnotatedVideo video(folder.path() / "a.mp4", 1);
  EXPECT_TRUE(video.finish());
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  AnnotatedVideo nowhere(folder.path() / "absent/a.mp4", 1);
  EXPECT_FALSE(nowhere.add(support::make_frame(kBegin), {}));
}

}  // namespace
}  // namespace kinesight::infer
