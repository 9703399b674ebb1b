// Cameras that come, change and go while others run, over sources of the test's own.
#include "infer/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "support/fake_camera.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"
#include "vision/options_weapon.h"

namespace kinesight::infer {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// source: {type: endless}: a frame every 2 ms, numbered from 0.
struct EndlessOptions {
  std::string name;
  static const config::Table& table() {
    static const config::Table table = config::describe<EndlessOptions>("endless", "Frames for ever.")
                                           .option("name", &EndlessOptions::name, "Its own.");
    return table;
  }
};

/// What became of the sources and frames of each camera.
struct Seen {
  std::mutex mutex;
  std::map<std::string, std::vector<std::int64_t>> frames;  ///< That came out of its sources.
  std::map<std::string, int> sources;                       ///< That were opened.
  int alive = 0, most_of_one = 0;
  std::map<std::string, int> alive_of;
};
Seen* seen = nullptr;

class EndlessSource final : public video::FrameSource {
 public:
  explicit EndlessSource(std::string camera) : camera_(std::move(camera)) {}
  ~EndlessSource() override {
    if (!open_) return;
    std::lock_guard lock(seen->mutex);
    --seen->alive;
    --seen->alive_of[camera_];
  }
  Result<> open(std::stop_token) override {
    std::lock_guard lock(seen->mutex);
    open_ = true;
    ++seen->sources[camera_];
    ++seen->alive;
    seen->most_of_one = std::max(seen->most_of_one, ++seen->alive_of[camera_]);
    return {};
  }
  Result<std::optional<Frame>> read(std::stop_token stop) override {
    Clock::system().wait_for(2ms, stop);
    auto frame = support::make_frame(Clock::system().wall_seconds(), next_++);
    std::lock_guard lock(seen->mutex);
    seen->frames[camera_].push_back(frame.sequence);
    return frame;
  }
  bool live() const override { return true; }
  std::string describe() const override { return "endless"; }
  video::SourceCounters counters() const override { return {}; }

 private:
  const std::string camera_;
  std::int64_t next_ = 0;
  bool open_ = false;
};

std::unique_ptr<video::FrameSource> make_source(const config::Parsed&, const video::SourceContext& context) {
  return std::make_unique<EndlessSource>(context.camera_id);
}

Result<std::unique_ptr<vision::Detector>> make_detector(const config::Parsed&, vision::Engine&) {
  return std::make_unique<support::FakeDetector>(
      [](const Frame&) { return std::vector<vision::Detection>{}; });
}

class FleetTest : public testing::Test {
 protected:
  FleetTest() {
    seen = &record;
    supervisor.start();
    coverage.start();
    backfill.start();
  }
  ~FleetTest() override {
    fleet.close();
    backfill.request_stop();
    EXPECT_THAT(supervisor.stop(10s), IsEmpty());
    EXPECT_TRUE(backfill.wait(10s));
    coverage.stop();
    EXPECT_EQ(record.alive, 0) << "a source was left open";
  }

  /// A file of cameras and their fps_target.
  std::shared_ptr<const config::CamerasFile> file(
      const std::vector<std::pair<std::string, int>>& cameras) const {
    std::string text = "cameras:\n";
    for (const auto& [id, fps] : cameras) {
      text += fmt::format(
          "  {}: {{fps_target: {}, source: {{type: endless}}, detectors: [{{type: weapon, params: "
          "{{model_path: m.onnx}}}}]}}\n",
          id, fps);
    }
    auto parsed = config::parse_cameras_file(text, "test",
                                             {.sources = {{&EndlessOptions::table()}},
                                              .detectors = {{&vision::WeaponOptions::table()}},
                                              .publishers = {}},
                                             config::no_environment());
    EXPECT_TRUE(parsed) << to_string(parsed.error().front());
    return std::make_shared<const config::CamerasFile>(std::move(*parsed));
  }
  void await_frames(const std::string& id, std::size_t count) {
    while (true) {
      {
        std::lock_guard lock(record.mutex);
        if (record.frames[id].size() >= count) return;
      }
      std::this_thread::yield();
    }
  }

  const std::vector<video::SourceKind> sources{{EndlessOptions::table(), make_source, {}}};
  const std::vector<vision::DetectorKind> detectors{
      {vision::WeaponOptions::table(), make_detector,
       [](const config::Parsed&) -> Result<vision::JudgeOptions> { return vision::JudgeOptions{}; }}};
  const Kinds kinds{sources, detectors, {}};
  Seen record;
  support::TempFolder folder;
  support::TelemetryFixture observed;
  const telemetry::Telemetry telemetry_ = observed;
  Clock& clock = Clock::system();
  vision::Engine engine;
  const Surroundings surroundings{.kinds = kinds, .engine = engine, .clock = clock, .telemetry = &telemetry_};
  CoverageKeeper coverage{folder.path(), observed, clock};
  Supervisor supervisor{observed, clock, {.initial_seconds = 1}, [this](const CameraWorker& gone) {
                          coverage.leave(gone.coverage());
                        }};
  Backfill backfill{{}, folder.path(), observed, clock, std::make_unique<SystemLoad>(clock), Rng(1)};
  Fleet fleet{{surroundings, supervisor, coverage, backfill, observed},
              PausedCameras::load(folder.path()).value()};
};

TEST_F(FleetTest, SaysWhatChangedInTheOrderOfTheFiles) {
  const auto first = fleet.apply(file({{"b", 5}, {"a", 5}})).value();
  EXPECT_THAT(first.added, ElementsAre("b", "a"));
  const auto second = fleet.apply(file({{"c", 5}, {"a", 6}})).value();
  EXPECT_THAT(second.added, ElementsAre("c"));
  EXPECT_THAT(second.restarted, ElementsAre("a"));
  EXPECT_THAT(second.removed, ElementsAre("b"));
  EXPECT_THAT(second.stuck, IsEmpty());
  EXPECT_EQ(fleet.statuses().at(1).fps_target, 6);
  fleet.close();
  EXPECT_EQ(fleet.apply(file({{"c", 5}})).error().kind, ErrorKind::cancelled);
  EXPECT_EQ(fleet.pause("c", true).error().kind, ErrorKind::cancelled);
}

TEST_F(FleetTest, TwoHundredReloadsCostAnUntouchedCameraNoFrame) {
  const auto seed = support::replay_seed();
  Rng rng(seed);
  const auto draw = [&] {
    std::vector<std::pair<std::string, int>> cameras = {{"stays", 50}};
    for (const auto* id : {"x", "y", "z"}) {
      if (rng.chance(0.6)) cameras.emplace_back(id, rng.integer(1, 3));
    }
    return cameras;
  };
  ASSERT_TRUE(fleet.apply(file({{"stays", 50}})));
  await_frames("stays", 1);
  std::atomic<bool> done = false;
  // Somebody looks at the dashboard, and somebody pauses and resumes.
  std::jthread onlooker([&] {
    while (!done) EXPECT_EQ(fleet.statuses().at(0).id, "stays");
  });
  std::jthread pauser([&] {
    while (!done) {
      for (const bool paused : {true, false}) {
        const auto set = fleet.pause("x", paused);
        EXPECT_TRUE(set || set.error().kind == ErrorKind::not_found);
      }
    }
  });
  for (int round = 0; round < 200; ++round) {
    const auto change = fleet.apply(file(draw()));
    ASSERT_TRUE(change);
    ASSERT_THAT(change->unchanged, testing::Contains("stays")) << "seed " << seed << ", reload " << round;
    ASSERT_THAT(change->stuck, IsEmpty());
  }
  done = true;
  onlooker.join();
  pauser.join();
  ASSERT_TRUE(fleet.apply(file({{"stays", 50}})));
  std::lock_guard lock(record.mutex);
  const auto& frames = record.frames["stays"];
  for (std::size_t i = 0; i < frames.size(); ++i) ASSERT_EQ(frames[i], static_cast<std::int64_t>(i));
  EXPECT_EQ(record.sources["stays"], 1);
  EXPECT_EQ(record.alive, 1) << "all others are closed";
  EXPECT_EQ(record.most_of_one, 1) << "a camera has one source at a time";
  EXPECT_EQ(observed.metrics.text().find("camera_id=\"x\""), std::string::npos);
}

TEST_F(FleetTest, APausedCameraIsKeptThoughItsOptionsChange) {
  ASSERT_TRUE(fleet.apply(file({{"a", 5}})));
  await_frames("a", 1);
  ASSERT_TRUE(fleet.pause("a", true));
  ASSERT_TRUE(fleet.apply(file({{"a", 9}})));
  EXPECT_EQ(fleet.statuses().at(0).state, "disabled");
  EXPECT_TRUE(fleet.statuses().at(0).paused);
  EXPECT_EQ(record.alive, 0);
  EXPECT_TRUE(PausedCameras::load(folder.path())->contains("a"));
  ASSERT_TRUE(fleet.pause("a", false));
  EXPECT_EQ(fleet.statuses().at(0).fps_target, 9);
  EXPECT_FALSE(PausedCameras::load(folder.path())->contains("a"));
  EXPECT_EQ(fleet.pause("b", true).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kinesight::infer
