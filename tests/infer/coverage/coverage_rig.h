// A coverage record in a folder of a test's own.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "infer/coverage/keeper.h"
#include "infer/coverage/span_printer.h"
#include "infer/coverage/view.h"
#include "support/fake_camera.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::infer {

/// The folder, a clock that stands still, and short ways to write and read.
struct CoverageRig {
  /// Milliseconds of the clock's start.
  static constexpr std::int64_t kStart = 1'700'000'000'000;

  /// One run of a service with one camera, from `begin` to `end` (seconds after kStart) at 10 frames a
  /// second.
  void run(double begin, double end, const std::string& camera = "front") {
    CoverageKeeper keeper(folder.path(), telemetry, clock);
    auto& recorder = *keeper.recorder(camera, 10);
    const int count = static_cast<int>((end - begin) * 10 + 0.5);
    for (int i = 0; i <= count; ++i) {
      recorder.frame(support::make_frame(kStart / 1000.0 + begin + i * 0.1), FrameFate::processed);
    }
    keeper.stop();
  }

  /// What is known of `camera` from `from` to `to` (seconds after kStart) at `to`; times from kStart on.
  Spans known(double from, double to, const std::string& camera = "front") const {
    const auto reports = CoverageView(folder.path())
                             .reports({.since_ms = ms(from), .until_ms = ms(to), .now_ms = ms(to)}, camera);
    EXPECT_TRUE(reports) << reports.error().message;
    if (!reports || reports->empty()) return {};
    Spans spans = reports->front().spans;
    for (auto& span : spans) {
      span.begin_ms -= kStart;
      span.end_ms -= kStart;
    }
    return spans;
  }

  static std::int64_t ms(double seconds) { return kStart + to_ms(seconds); }

  support::TempFolder folder;
  support::TelemetryFixture telemetry;
  support::FakeClock clock{kStart / 1000.0};
};

}  // namespace kinesight::infer
