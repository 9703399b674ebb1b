// kinesight watch with a scripted source: when it ends, what it does about errors, what it tells.
#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

#include "cli/watch/screen.h"
#include "cli/watch/watching.h"
#include "support/fake_camera.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"
#include "telemetry/catalog.h"

namespace kinesight::cli {
namespace {

using support::make_frame;
using testing::HasSubstr;

/// A scripted source that says how long to wait after an error.
class PatientSource final : public video::FrameSource {
 public:
  explicit PatientSource(std::shared_ptr<support::SourceScript> script) : inner_(std::move(script)) {}
  Result<> open(std::stop_token stop) override { return inner_.open(std::move(stop)); }
  Result<std::optional<Frame>> read(std::stop_token stop) override { return inner_.read(std::move(stop)); }
  std::optional<Clock::Duration> retry_after() override { return pause; }
  bool live() const override { return true; }
  std::string describe() const override { return "a script"; }
  video::SourceCounters counters() const override { return {}; }

  std::optional<Clock::Duration> pause = std::chrono::seconds(7);

 private:
  support::FakeSource inner_;
};

/// A window that remembers what it was shown and is closed when it is told to be.
class FakeWindow final : public window::Window {
 public:
  Result<> show(const std::uint8_t* bgr, int width, int height, std::size_t stride) override {
    shown.emplace_back(cv::Mat(height, width, CV_8UC3, const_cast<std::uint8_t*>(bgr), stride).clone());
    return {};
  }
  window::Input poll(Clock::Duration) override { return on_poll(); }

  std::vector<cv::Mat> shown;
  std::function<window::Input()> on_poll = [] { return window::Input{}; };
};

/// A reader of a script on a clock that moves only by waiting.
struct Rig {
  void play(int count, double fps) {
    for (int i = 0; i < count; ++i) {
      script->steps.emplace_back(make_frame(next));
      next += 1 / fps;
    }
  }
  WatchReader& make() {
    plan.camera_id = "front";
    plan.connection = [this] { return connection; };
    reader = std::make_unique<WatchReader>(plan, source, telemetry, clock, Rng(1));
    return *reader;
  }
  /// Watches to the end, as the subcommand does; the waiting for it is on the machine's clock.
  Result<> watch(window::Window* window = nullptr, std::stop_token stop = {}) {
    return watch_until_end(reader ? *reader : make(),
                           {.out = out, .err = err, .json = json, .window = window}, Clock::system(),
                           std::move(stop));
  }

  support::TelemetryFixture telemetry;
  support::FakeClock clock;
  double next = clock.wall_seconds() - 3;  ///< Capture time of the next frame: three seconds on its way.
  std::shared_ptr<support::SourceScript> script = std::make_shared<support::SourceScript>();
  PatientSource source{script};
  Connection connection{.state = "connected"};
  WatchPlan plan;
  std::unique_ptr<WatchReader> reader;
  std::ostringstream out, err;
  bool json = true;
};

nlohmann::json last_line(const std::ostringstream& out) {
  const std::string text = out.str();
  const auto before = text.rfind('\n', text.size() - 2);
  return nlohmann::json::parse(text.substr(before == std::string::npos ? 0 : before + 1));
}

TEST(Watch, EndsAfterMaxFramesWithASummary) {
  Rig rig;
  rig.plan.max_frames = 31;
  rig.play(50, 10);
  rig.connection.reconnects = 2;
  rig.connection.url_refreshes = 3;
  ASSERT_TRUE(rig.watch());
  const auto summary = last_line(rig.out);
  EXPECT_EQ(summary["type"], "summary");
  EXPECT_EQ(summary["camera_id"], "front");
  EXPECT_EQ(summary["state"], "connected");
  EXPECT_EQ(summary["frames"], 31);
  EXPECT_EQ(summary["reconnects"], 2);
  EXPECT_EQ(summary["url_refreshes"], 3);
  EXPECT_EQ(summary["read_errors"], 0);
  EXPECT_EQ(summary["mean_fps"], 10);
  EXPECT_EQ(summary["width"], 64);
  EXPECT_EQ(summary["height"], 48);
  // 3 s for the first frame, 0.1 s less for each further one, as the clock stands still.
  EXPECT_NEAR(summary["median_latency_seconds"], 1.5, 1e-3);
  EXPECT_EQ(rig.script->steps.size(), 19U) << "no frame was read beyond the last";
}

TEST(Watch, EndsWhenNobodyReadsItsLinesAnyMore) {
  Rig rig;
  rig.play(3, 10);
  rig.script->steps.emplace_back(support::BlocksTillStop{});
  rig.out.setstate(std::ios::badbit);  // As after `| head -1`.
  EXPECT_TRUE(rig.watch());
}

TEST(Watch, TargetFpsIsOfCaptureTime) {
  Rig rig;
  rig.plan.target_fps = 5;
  rig.play(90, 30);
  rig.script->steps.emplace_back(support::Ends{});
  ASSERT_TRUE(rig.watch());
  const auto summary = last_line(rig.out);
  EXPECT_EQ(summary["frames"], 15);
  EXPECT_EQ(summary["throttled"], 75);
  EXPECT_NEAR(summary["mean_fps"], 5, 0.01);
}

TEST(Watch, MaxFramesCountsThoseThatTargetFpsLeaves) {
  Rig rig;
  rig.plan.target_fps = 5;
  rig.plan.max_frames = 4;
  rig.play(90, 30);
  ASSERT_TRUE(rig.watch());
  EXPECT_EQ(last_line(rig.out)["frames"], 4);
  EXPECT_EQ(last_line(rig.out)["throttled"], 15);
}

TEST(Watch, WhatMayPassIsTriedAgainWhenTheSourceSays) {
  Rig rig;
  rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "no route to host"});
  rig.script->steps.emplace_back(Error{ErrorKind::throttled, "too many"});
  rig.play(2, 10);
  rig.script->steps.emplace_back(Error{ErrorKind::not_found, "it is gone for a while"});
  rig.play(2, 10);
  rig.script->steps.emplace_back(support::Ends{});
  const double begin = rig.clock.wall_seconds();
  ASSERT_TRUE(rig.watch());
  EXPECT_EQ(rig.script->opened, 4);
  EXPECT_EQ(last_line(rig.out)["frames"], 4);
  EXPECT_NEAR(rig.clock.wall_seconds() - begin, 3 * 7, 1e-6);
  EXPECT_EQ(rig.telemetry.health.state(), telemetry::HealthState::ok) << "it works again";
}

TEST(Watch, ASourceWithoutAnOpinionIsTriedAgainWithBackoff) {
  Rig rig;
  rig.source.pause.reset();
  for (int i = 0; i < 3; ++i) rig.script->steps.emplace_back(Error{ErrorKind::unavailable, "away"});
  rig.script->steps.emplace_back(support::Ends{});
  const double begin = rig.clock.wall_seconds();
  ASSERT_TRUE(rig.watch());
  const double waited = rig.clock.wall_seconds() - begin;
  EXPECT_GE(waited, 0.8 * (5 + 10 + 20));
  EXPECT_LE(waited, 1.2 * (5 + 10 + 20));
}

TEST(Watch, AWrongSetUpEndsAtOnce) {
  for (const auto kind : {ErrorKind::invalid, ErrorKind::denied, ErrorKind::not_found}) {
    Rig rig;
    rig.script->open_error = Error{kind, "no stream is called 'front'"};
    const auto watched = rig.watch();
    ASSERT_FALSE(watched);
    EXPECT_EQ(watched.error().message, "no stream is called 'front'");
    EXPECT_EQ(rig.out.str(), "");
  }
}

TEST(Watch, AReaderThatDiesSaysWhy) {
  Rig rig;
  rig.script->steps.emplace_back(support::Throws{});
  const auto watched = rig.watch();
  ASSERT_FALSE(watched);
  EXPECT_THAT(watched.error().message, HasSubstr("the library threw"));
}

TEST(Watch, AStopIsAnEndWithASummary) {
  Rig rig;
  rig.play(3, 10);
  std::stop_source stop;
  FakeWindow window;
  rig.plan.max_frames = 0;
  window.on_poll = [&] {
    if (rig.reader->figures().frames == 3) stop.request_stop();
    return window::Input{};
  };
  ASSERT_TRUE(rig.watch(&window, stop.get_token()));
  EXPECT_EQ(last_line(rig.out)["frames"], 3);
}

TEST(Watch, KeysAndTheWindowItselfEndIt) {
  for (const window::Input end : {window::Input{.closed = true}, {.key = 'q'}, {.key = '\x1B'}}) {
    Rig rig;
    rig.play(1, 10);
    FakeWindow window;
    int polls = 0;
    window.on_poll = [&] { return ++polls < 5 ? window::Input{.key = 'x'} : end; };
    ASSERT_TRUE(rig.watch(&window));
    EXPECT_EQ(polls, 5);
  }
}

TEST(Watch, TheWindowShowsTheNewestFrameWithItsCaption) {
  Rig rig;
  FakeWindow window;
  rig.play(1, 10);
  // Its first picture may be the frame already, or one that says that there is none yet.
  window.on_poll = [&] { return window::Input{.closed = window.shown.back().size() == cv::Size(64, 48)}; };
  ASSERT_TRUE(rig.watch(&window));
  ASSERT_FALSE(window.shown.empty());
  const cv::Mat& picture = window.shown.back();
  EXPECT_EQ(picture.size(), cv::Size(64, 48));
  EXPECT_EQ(picture.at<cv::Vec3b>(10, 10), cv::Vec3b(128, 128, 128)) << "the picture";
  EXPECT_EQ(picture.at<cv::Vec3b>(47, 0), cv::Vec3b(0, 0, 0)) << "the bar below it";
}

TEST(Watch, ForAWindowFramesComeWhenTheyAreDue) {
  Rig rig;
  rig.plan.at_pace = true;
  rig.plan.max_frames = 20;
  const double begin = rig.clock.wall_seconds();
  for (int i = 0; i < 20; ++i) {  // A fragment: all there at once.
    auto frame = make_frame(begin - 3 + i * 0.1);
    frame.due_time = begin + i * 0.1;
    rig.script->steps.emplace_back(std::move(frame));
  }
  ASSERT_TRUE(rig.watch());
  EXPECT_NEAR(rig.clock.wall_seconds() - begin, 1.9, 1e-3);
  EXPECT_NEAR(last_line(rig.out)["median_latency_seconds"], 3, 1e-3);
}

TEST(Watch, RatesAreOfTheLastSecondsOfCaptureTime) {
  Rig rig;
  rig.play(100, 5);
  rig.play(400, 20);  // The last 20 s.
  rig.script->steps.emplace_back(support::Ends{});
  WatchReader& reader = rig.make();
  ASSERT_TRUE(reader.run({}));
  EXPECT_NEAR(reader.figures().fps, 20, 0.01);
  EXPECT_NEAR(reader.summary().fps, 499 / (20 + 19.95), 0.1);
  rig.clock.advance_seconds(11);
  EXPECT_EQ(reader.figures().fps, 0) << "nothing comes any more";
}

TEST(Watch, WhatPeopleRead) {
  WatchFigures figures{.camera_id = "front", .connection = {.state = "connecting"}};
  EXPECT_EQ(progress_line(figures), "front: connecting, 0 frames");
  EXPECT_EQ(summary_line(figures), "front: 0 frames; 0 reconnects, 0 URL refreshes, 0 read errors");
  EXPECT_EQ(caption(figures), "front  connecting");
  figures = {.camera_id = "front",
             .frames = 1234,
             .fps = 9.96,
             .latency = 2.314,
             .capture_time = 1'700'000'000.25,
             .width = 1920,
             .height = 1080,
             .connection = {"connected", 1, 1, 1}};
  EXPECT_EQ(progress_line(figures), "front: connected, 1234 frames, 10.0 fps, latency 2.31 s, 1920x1080");
  EXPECT_EQ(summary_line(figures),
            "front: 1234 frames, 10.0 fps on average, median latency 2.31 s; 1 reconnect, 1 URL refresh, 1 "
            "read error");
  EXPECT_EQ(caption(figures), "front  2023-11-14T22:13:20.250Z  10.0 fps");
}

TEST(Watch, WhatProgramsReadHasNullsForWhatIsNotKnown) {
  const auto line =
      nlohmann::json::parse(progress_json({.camera_id = "front", .connection = {.state = "connecting"}}, 5));
  EXPECT_EQ(line["type"], "progress");
  EXPECT_EQ(line["time"], 5);
  EXPECT_TRUE(line["latency_seconds"].is_null());
  EXPECT_TRUE(line["capture_time"].is_null());
  EXPECT_EQ(line["fps"], 0);
}

TEST(Watch, AWindowWithoutItsModuleSaysWhatIsMissing) {
  const support::TempFolder folder;
  const auto window = window::open_window("a title", 64, 48, {folder.path()});
  ASSERT_FALSE(window);
  EXPECT_EQ(window.error().kind, ErrorKind::not_found);
  EXPECT_THAT(window.error().message, HasSubstr("libkinesight_display.so is not there"));
  EXPECT_THAT(window.error().message, HasSubstr("libopencv-highgui-dev"));
  EXPECT_THAT(window.error().message, HasSubstr(folder.path().string()));
}

}  // namespace
}  // namespace kinesight::cli
