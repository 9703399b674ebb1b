// Backfill over a real record, with recordings of a script's making.
#include "infer/backfill/backfill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "infer/coverage/coverage_rig.h"
#include "infer/pipelines.h"

namespace kinesight::infer {
namespace {

using support::make_frame;
using testing::ElementsAre;
using testing::IsEmpty;

/// What the "cloud" holds of a camera, and what happens to who reads it.
struct Recording {
  std::vector<std::pair<double, double>> asked;  ///< begin, end of each replay: seconds after kStart.
  std::vector<video::Gap> gaps;                  ///< Seconds after kStart; not handed out.
  std::optional<Error> opens_with;
  std::optional<double> fails_at;
  std::optional<double> throws_at;
  bool no_frames = false;
};

/// Plays what was recorded between two times, at 10 frames a second.
class FakeReplay final : public video::FrameSource {
 public:
  FakeReplay(Recording& recording, double begin, double end, BackfillPlan::OnGap on_gap)
      : recording_(recording), end_(end), on_gap_(std::move(on_gap)), next_(begin) {}

  Result<> open(std::stop_token) override {
    recording_.asked.emplace_back(next_ - origin(), end_ - origin());
    if (recording_.opens_with) return std::unexpected(*recording_.opens_with);
    return {};
  }
  Result<std::optional<Frame>> read(std::stop_token) override {
    for (const auto& gap : recording_.gaps) {
      const double begin = gap.begin + origin(), end = gap.end + origin();
      if (next_ < begin || next_ >= end) continue;
      on_gap_({begin, end, gap.reason});
      next_ = end;
    }
    if (recording_.no_frames || next_ > end_ - 0.01) return std::nullopt;
    if (recording_.fails_at && next_ >= origin() + *recording_.fails_at)
      return fail(ErrorKind::unavailable, "connection reset");
    if (recording_.throws_at && next_ >= origin() + *recording_.throws_at) throw std::runtime_error("odd");
    auto frame = make_frame(next_);
    next_ = std::round(next_ * 10 + 1) / 10;
    return frame;
  }
  nlohmann::json provenance(const Frame&, std::stop_token) override {
    return {{"kvs", {{"stream_name", "s"}}}};
  }
  bool live() const override { return false; }
  std::string describe() const override { return "a recording"; }
  video::SourceCounters counters() const override { return {}; }

 private:
  static double origin() { return CoverageRig::kStart / 1000.0; }
  Recording& recording_;
  const double end_;
  const BackfillPlan::OnGap on_gap_;
  double next_;
};

class FakeLoad final : public LoadMeter {
 public:
  explicit FakeLoad(std::function<double()> load) : load_(std::move(load)) {}
  double share() override { return load_(); }

 private:
  std::function<double()> load_;
};

class BackfillTest : public testing::Test, protected CoverageRig {
 protected:
  BackfillTest() { clock.advance_seconds(7200); }  // Two hours later.

  BackfillPlan plan(const std::string& camera = "front", Recording* of = nullptr) {
    if (!of) of = &recording;
    BackfillPlan plan;
    plan.route = {.camera_id = camera, .publishers = {&publisher}};
    plan.fps_target = 5;
    plan.make_replay = [of](double begin, double end, BackfillPlan::OnGap on_gap) {
      return std::make_unique<FakeReplay>(*of, begin, end, std::move(on_gap));
    };
    plan.make_pipeline = [this]() -> Result<DetectorPipeline> { return pipeline_of(find); };
    return plan;
  }
  Backfill& backfill() {
    if (!backfill_) {
      std::vector<SharedPlan> plans;
      for (auto& more : more_plans) plans.push_back(std::make_shared<BackfillPlan>(std::move(more)));
      plans.push_back(std::make_shared<BackfillPlan>(plan()));
      backfill_ = std::make_unique<Backfill>(std::move(plans), folder.path(), telemetry, clock,
                                             std::make_unique<FakeLoad>([this] { return load(); }), Rng(1));
    }
    return *backfill_;
  }
  void write(const Spans& spans, const std::string& camera = "front") {
    auto store = CoverageStore::open(folder.path());
    ASSERT_TRUE(store);
    ASSERT_TRUE(store->add(camera, spans));
    ASSERT_TRUE(store->stand(camera, {clock.wall_ms(), Watching::ended, clock.wall_ms()}));
  }
  static Span at(double begin, double end, const std::string& reason = {}) {
    return {ms(begin), ms(end), reason};
  }
  double metric(const telemetry::MetricSpec& spec) const { return telemetry.metrics.value(spec, {"front"}); }

  Recording recording;
  std::vector<BackfillPlan> more_plans;  ///< Beside that of "front".
  support::RecordingPublisher publisher;
  std::function<double()> load = [] { return 0.0; };
  support::FakeDetector::Find find = [](const Frame&) -> Result<std::vector<vision::Detection>> {
    return std::vector<vision::Detection>{{"object", "person", 0.9f, {1, 2, 3, 4}}};
  };
  std::unique_ptr<Backfill> backfill_;
};

TEST_F(BackfillTest, WhatWasMissedIsWatchedAndItsEventsSaySo) {
  write({at(0, 10), at(10, 20, "lost"), at(20, 30)});
  EXPECT_EQ(backfill().step({}), Clock::Duration::zero());
  EXPECT_THAT(recording.asked, ElementsAre(std::pair(10.0, 20.0)));
  EXPECT_THAT(known(0, 30),
              ElementsAre(Span{0, 10'000}, Span{10'000, 20'000, "lost", true}, Span{20'000, 30'000}));
  EXPECT_EQ(metric(telemetry::kBackfilled), 10);
  const auto publications = publisher.publications();
  ASSERT_EQ(publications.size(), 10u) << "one a second";
  const auto& event = publications[0]->events.at(0);
  EXPECT_EQ(event.event_id, event::event_id("front", "object", "person", ms(10)));
  EXPECT_EQ(event.payload.extras["backfill"], true);
  EXPECT_EQ(event.payload.extras["kvs"]["stream_name"], "s");
  EXPECT_EQ(event.payload.extras["snapshot"], event::snapshot_key("snapshots", "front", event.payload.ts_ms));
  EXPECT_GT(backfill().step({}), Clock::Duration::zero()) << "there is nothing left to do";
}

TEST_F(BackfillTest, WhatWaitsForItsSecondAtTheEndOfASpanIsRaised) {
  write({at(0, 10), at(10, 20, "lost"), at(20, 30)});
  auto only = plan();
  only.make_pipeline = [this]() -> Result<DetectorPipeline> { return pipeline_of(find, {}); };
  find = [](const Frame& frame) -> Result<std::vector<vision::Detection>> {
    std::vector<vision::Detection> people;
    if (frame.ts_ms() > ms(19.1)) people.push_back({"object", "person", 0.9F, {1, 2, 10, 10}});
    if (frame.ts_ms() > ms(19.5)) people.push_back({"object", "person", 0.8F, {40, 2, 10, 10}});
    return people;
  };
  Backfill one({std::make_shared<BackfillPlan>(std::move(only))}, folder.path(), telemetry, clock,
               std::make_unique<FakeLoad>([] { return 0; }), Rng(1));
  one.step({});
  const auto publications = publisher.publications();
  ASSERT_EQ(publications.size(), 2U);
  EXPECT_EQ(publications[1]->events.at(0).payload.extras["backfill"], true);
}

TEST_F(BackfillTest, WhatTheRecordingLacksStaysMissedAndIsTriedThreeTimes) {
  write({at(0, 10, "offline")});
  recording.gaps = {{2, 5, "lost"}};
  for (int i = 0; i < 10; ++i) backfill().step({});
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 2000, "offline", true}, Span{2000, 5000, "offline", false, 3},
                                        Span{5000, 10'000, "offline", true}));
  EXPECT_THAT(recording.asked, ElementsAre(std::pair(0.0, 10.0), std::pair(2.0, 5.0), std::pair(2.0, 5.0)));
  EXPECT_EQ(metric(telemetry::kBackfilled), 7);
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 0);
}

TEST_F(BackfillTest, AFailureIsCountedKeepsWhatWasWatchedAndWaits) {
  write({at(0, 10, "lost"), at(10, 20), at(20, 30, "skipped")});
  recording.fails_at = 4.05;
  EXPECT_GE(backfill().step({}), std::chrono::seconds(24)) << "30 s, with jitter";
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 1);
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 4000, "lost", true}, Span{4000, 10'000, "lost", false, 1}));
  recording.fails_at.reset();
  backfill().step({});
  EXPECT_EQ(recording.asked.back(), std::pair(20.0, 30.0)) << "those that were tried least come first";
  backfill().step({});
  EXPECT_EQ(recording.asked.back(), std::pair(4.0, 10.0));
  EXPECT_EQ(metric(telemetry::kBackfilled), 20);
}

TEST_F(BackfillTest, AnOutageOfTheServiceIsNoTry) {
  write({at(0, 10, "lost")});
  for (const auto kind : {ErrorKind::unavailable, ErrorKind::throttled}) {
    recording.opens_with = Error{kind, "the network is away"};
    for (int i = 0; i < 5; ++i) EXPECT_GT(backfill().step({}), std::chrono::seconds(20));
  }
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 10);
  recording.opens_with.reset();
  backfill().step({});
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 10'000, "lost", true, 0}));
}

TEST_F(BackfillTest, AStreamThatIsNotThereUsesItsTriesUp) {
  write({at(0, 10, "lost")});
  recording.opens_with = Error{ErrorKind::not_found, "no such stream"};
  for (int i = 0; i < 5; ++i) backfill().step({});
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 10'000, "lost", false, 3}));
}

TEST_F(BackfillTest, ACameraThatCannotBeReachedHoldsUpNoOther) {
  Recording away;
  away.opens_with = Error{ErrorKind::unavailable, "no route to host"};
  more_plans.push_back(plan("away", &away));
  write({at(0, 10, "lost")}, "away");
  write({at(100, 110, "lost"), at(110, 120), at(120, 130, "lost")});
  for (int i = 0; i < 3; ++i) backfill().step({});
  EXPECT_THAT(recording.asked, ElementsAre(std::pair(100.0, 110.0), std::pair(120.0, 130.0)));
  EXPECT_EQ(away.asked.size(), 1u) << "the oldest first, and once";
  backfill().step({});
  EXPECT_EQ(away.asked.size(), 2u) << "it is not forgotten";
}

TEST_F(BackfillTest, ACameraThatWantsMoreRoomThanThereIsHoldsUpNoOther) {
  Recording modest;
  more_plans.push_back(plan("modest", &modest));
  more_plans.back().max_load = 0.3;
  load = [] { return 0.5; };
  write({at(0, 10, "lost")}, "modest");
  write({at(100, 110, "lost")});
  for (int i = 0; i < 2; ++i) backfill().step({});
  EXPECT_THAT(modest.asked, IsEmpty());
  EXPECT_THAT(recording.asked, ElementsAre(std::pair(100.0, 110.0)));
}

TEST_F(BackfillTest, WithoutAFrameNothingIsWatchedHoweverShort) {
  write({at(0, 10), at(10.02, 11.06, "overload")});
  recording.no_frames = true;  // The keyframe before it is not part of it, and the next one comes after it.
  backfill().step({});
  EXPECT_THAT(recording.asked, testing::SizeIs(1));
  EXPECT_THAT(known(10.02, 11.06), ElementsAre(Span{10'020, 11'060, "overload", false, 1}));
}

TEST_F(BackfillTest, AnExceptionCostsATryAndNotTheThread) {
  write({at(0, 10, "lost")});
  recording.throws_at = 0;
  for (int i = 0; i < 5; ++i) backfill().step({});
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 3);
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 10'000, "lost", false, 3}));
}

TEST_F(BackfillTest, DetectorsThatThrowInTheMakingCostNeitherATryNorTheThread) {
  write({at(0, 10, "lost")});
  auto broken = plan();
  broken.make_pipeline = []() -> Result<DetectorPipeline> {
    throw std::runtime_error("the model's library threw");
  };
  Backfill with_broken({std::make_shared<BackfillPlan>(broken)}, folder.path(), telemetry, clock,
                       std::make_unique<FakeLoad>([] { return 0.0; }), Rng(1));
  EXPECT_GT(with_broken.step({}), Clock::Duration::zero());
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 1);
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 10'000, "lost"}));
}

TEST_F(BackfillTest, LongSpansGoInParts) {
  write({at(0, 1500, "stopped")});
  for (int i = 0; i < 4; ++i) backfill().step({});
  EXPECT_THAT(recording.asked,
              ElementsAre(std::pair(0.0, 600.0), std::pair(600.0, 1200.0), std::pair(1200.0, 1500.0)));
  EXPECT_THAT(known(0, 1500), ElementsAre(Span{0, 1'500'000, "stopped", true}));
}

TEST_F(BackfillTest, WhatIsTooOldOrTooFreshIsLeftAlone) {
  clock.advance_seconds(24 * 3600);
  write({at(0, 60, "lost"), at(60, 24 * 3600 + 7190), at(24 * 3600 + 7190, 24 * 3600 + 7200, "lost")});
  EXPECT_GT(backfill().step({}), Clock::Duration::zero());
  EXPECT_THAT(recording.asked, IsEmpty());
}

TEST_F(BackfillTest, ItWaitsWhileTheMachineIsBusyAlsoBetweenFrames) {
  write({at(0, 10, "lost")});
  int looks = 0;
  // Busy at first; then again after some frames, for good.
  load = [&] { return ++looks <= 3 || looks > 40 ? 0.7 : 0.2; };
  EXPECT_GT(backfill().step({}), Clock::Duration::zero());
  EXPECT_EQ(recording.asked.size(), 1u);
  const auto spans = known(0, 10);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_TRUE(spans[0].backfilled);
  EXPECT_EQ(spans[1].tries, 0) << "want of room is no try";
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 0);
}

TEST_F(BackfillTest, AFrameThatFindsTheModelsBusyIsTriedAgain) {
  write({at(0, 10, "lost")});
  int calls = 0;
  find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls % 3) return fail(ErrorKind::unavailable, "busy");
    return std::vector<vision::Detection>{};
  };
  backfill().step({});
  EXPECT_EQ(calls, 150) << "50 frames at 5 a second";
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 10'000, "lost", true}));
}

TEST_F(BackfillTest, ModelsThatStayBusyLeaveTheirFramesMissed) {
  write({at(0, 10, "lost")});
  find = [&](const Frame& frame) -> Result<std::vector<vision::Detection>> {
    if (frame.ts_ms() >= ms(4) && frame.ts_ms() < ms(6)) return fail(ErrorKind::unavailable, "busy");
    return std::vector<vision::Detection>{};
  };
  backfill().step({});
  EXPECT_THAT(known(0, 10), ElementsAre(Span{0, 4000, "lost", true}, Span{4000, 6000, "lost", false, 1},
                                        Span{6000, 10'000, "lost", true}));
}

TEST_F(BackfillTest, TheStopEndsItAndIsNoTry) {
  write({at(0, 100, "lost")});
  std::stop_source stop;
  int calls = 0;
  find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++calls == 20) stop.request_stop();
    return std::vector<vision::Detection>{};
  };
  backfill().step(stop.get_token());
  const auto spans = known(0, 100);
  ASSERT_EQ(spans.size(), 2u);
  EXPECT_TRUE(spans[0].backfilled);
  EXPECT_EQ(spans[1].tries, 0);
}

TEST_F(BackfillTest, ItsThreadWorksByItselfAndStops) {
  write({at(0, 10, "lost")});
  backfill().start();
  while (metric(telemetry::kBackfilled) < 10) std::this_thread::yield();
  backfill().request_stop();
  EXPECT_TRUE(backfill().wait(std::chrono::seconds(10)));
}

TEST_F(BackfillTest, APlanThatIsTakenAwayEndsItsTaskAndAnotherTakesItsPlace) {
  write({at(0, 10), at(10, 20, "lost"), at(20, 30)});
  auto& subject = backfill();
  int looks = 0;
  find = [&](const Frame&) -> Result<std::vector<vision::Detection>> {
    if (++looks == 5) subject.replace({});
    return std::vector<vision::Detection>{};
  };
  subject.step({});
  EXPECT_EQ(looks, 5) << "the rest of the span is not looked at";
  EXPECT_EQ(metric(telemetry::kBackfillFailures), 0);
  EXPECT_GT(subject.step({}), Clock::Duration::zero());
  EXPECT_EQ(recording.asked.size(), 1U) << "there is nothing to do without a plan";
  subject.replace({std::make_shared<BackfillPlan>(plan())});
  subject.step({});
  EXPECT_THAT(known(10, 20), ElementsAre(Span{10'000, 20'000, "lost", true}));
}

}  // namespace
}  // namespace kinesight::infer
