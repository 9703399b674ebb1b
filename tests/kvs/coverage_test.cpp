// The coverage record over the real source: what a camera's worker writes down under faults is what was
// watched, frame by frame.
#include <gtest/gtest.h>

#include <map>

#include "infer/camera_worker.h"
#include "infer/coverage/keeper.h"
#include "infer/coverage/view.h"
#include "infer/pipelines.h"
#include "kvs/rig.h"
#include "support/fake_camera.h"
#include "support/replay.h"

namespace kinesight::kvs_test {
namespace {

constexpr double kHour = 3600;

/// Passes a source on and says which frames came out; asks for the stop when the time is over.
class Watched final : public video::FrameSource {
 public:
  using OnFrame = std::function<void(const Frame&)>;
  Watched(std::unique_ptr<video::FrameSource> inner, OnFrame on_frame, std::function<void()> on_call)
      : inner_(std::move(inner)), on_frame_(std::move(on_frame)), on_call_(std::move(on_call)) {}

  Result<> open(std::stop_token stop) override {
    on_call_();
    return inner_->open(std::move(stop));
  }
  Result<std::optional<Frame>> read(std::stop_token stop) override {
    on_call_();
    auto frame = inner_->read(std::move(stop));
    if (frame && *frame) on_frame_(**frame);
    return frame;
  }
  std::optional<Clock::Duration> retry_after() override { return inner_->retry_after(); }
  bool live() const override { return true; }
  std::string describe() const override { return inner_->describe(); }
  video::SourceCounters counters() const override { return inner_->counters(); }

 private:
  const std::unique_ptr<video::FrameSource> inner_;
  const OnFrame on_frame_;
  const std::function<void()> on_call_;
};

/// A worker over the simulator's stream, its record in a folder, and the truth about each frame.
class CoverageOfStream {
 public:
  /// Watches for `seconds` under random faults of the stream and, with `failing_parts`, of the detector.
  void watch(double seconds, std::uint64_t seed, bool failing_parts) {
    Rng rng(seed);
    const double end = rig_.clock.wall_seconds() + seconds;
    double next_fault = rig_.clock.wall_seconds() + 60;
    std::stop_source stop;
    const auto on_call = [&] {
      const double now = rig_.clock.wall_seconds();
      if (now >= end) stop.request_stop();
      if (now < next_fault || now > end - 600) return;  // The last minutes are quiet.
      rig_.add_fault(random_fault(rng, now));
      next_fault = now + rng.uniform(20, 240);
    };

    infer::CoverageKeeper keeper(folder_.path(), rig_.observed, rig_.clock);
    const auto recorder = keeper.recorder("camera", rig_.recording.fps);
    rig_.context.on_gap = [&](const video::Gap& gap) { recorder->gap(gap); };
    infer::CameraPlan plan;
    plan.camera_id = "camera";
    plan.fps_target = rig_.recording.fps;
    plan.coverage = recorder;
    plan.make_source = [&]() -> Result<std::unique_ptr<video::FrameSource>> {
      return std::make_unique<Watched>(
          std::make_unique<video::kvs_hls::KvsHlsSource>(rig_.options, rig_.context, Rng(seed)),
          [&](const Frame& frame) { watched_.emplace(index_of(frame.capture_time), false); }, on_call);
    };
    // Or it would decode fewer frames, as it is told to, and the record counts no frame that nobody wanted.
    plan.overload.enabled = false;
    plan.make_pipeline = [&]() -> Result<infer::DetectorPipeline> {
      return infer::pipeline_of([&](const Frame& frame) -> Result<std::vector<vision::Detection>> {
        if (failing_parts && rng.chance(0.002)) return fail(ErrorKind::unavailable, "busy");
        if (failing_parts && rng.chance(0.0005)) return fail(ErrorKind::corrupt, "a broken model");
        if (failing_parts && rng.chance(0.0005)) throw std::runtime_error("a library threw");
        watched_[index_of(frame.capture_time)] = true;
        return std::vector<vision::Detection>{};
      });
    };
    infer::CameraWorker worker(plan, rig_.observed, rig_.clock, Rng(seed));
    while (!stop.stop_requested()) {
      try {
        worker.run(stop.get_token());
      } catch (const std::exception& exception) {  // As the supervisor does.
        worker.restarted("died", {ErrorKind::corrupt, exception.what()}, std::chrono::seconds(1));
        rig_.clock.advance_seconds(1);
      }
    }
    keeper.stop();
  }

  /// Compares the record with the truth between the first frame that came and the last.
  void expect_exact() const {
    const auto now = rig_.clock.wall_ms();
    const auto reports = infer::CoverageView(folder_.path())
                             .reports({.since_ms = infer::to_ms(kStart), .until_ms = now, .now_ms = now});
    ASSERT_TRUE(reports && reports->size() == 1);
    const auto& spans = reports->front().spans;
    ASSERT_FALSE(watched_.empty());
    int wrong = 0, missed = 0;
    for (auto index = watched_.begin()->first; index < watched_.rbegin()->first; ++index) {
      const auto frame = watched_.find(index);
      const bool truth = frame != watched_.end() && frame->second;
      missed += truth ? 0 : 1;
      // In the middle between this frame and the next.
      const auto time = infer::to_ms(kStart + (static_cast<double>(index) + 0.5) / rig_.recording.fps);
      const auto span = std::ranges::find_if(
          spans, [&](const infer::Span& it) { return it.begin_ms <= time && time < it.end_ms; });
      const bool said = span != spans.end() && span->watched();
      if (said == truth || ++wrong > 5) continue;
      ADD_FAILURE() << "frame " << index << " was " << (truth ? "watched" : "not watched")
                    << ", the record says "
                    << (span == spans.end() ? "nothing"
                        : said              ? "it was"
                                            : span->reason);
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_GT(missed, 0) << "the faults cost nothing: the test shows nothing";
    EXPECT_GT(watched_.size(), 10'000U);
    std::cout << watched_.size() << " frames, " << missed << " missed, in " << spans.size() << " spans\n";
  }

 private:
  std::int64_t index_of(double time) const { return std::llround((time - kStart) * rig_.recording.fps); }

  Rig rig_;
  support::TempFolder folder_;
  std::map<std::int64_t, bool> watched_;  ///< Frames that came, and whether the detector saw them.
};

TEST(CoverageOfAStream, IsWhatWasWatchedFrameByFrame) {
  CoverageOfStream camera;
  camera.watch(kHour, support::replay_seed(), false);
  camera.expect_exact();
}

TEST(CoverageOfAStream, IsExactAlsoWhenTheWorkersOtherPartsFail) {
  CoverageOfStream camera;
  camera.watch(kHour, support::replay_seed(), true);
  camera.expect_exact();
}

}  // namespace
}  // namespace kinesight::kvs_test
