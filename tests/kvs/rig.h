// A source that reads a simulated stream in process, on a clock that moves only when somebody waits: hours in
// seconds.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <compare>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "aws/session.h"
#include "sim/kvs/service.h"
#include "support/fake_clock.h"
#include "support/kvs_transport.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"
#include "telemetry/catalog.h"
#include "video/fragmenter.h"
#include "video/kvs_hls/source.h"
#include "video/movie.h"

namespace kinesight::kvs_test {

constexpr double kStart = 1'750'000'000;  ///< Unix seconds: when the camera began to send.

/// A numbered recording, cut into fragments.
struct Recording {
  int frames = 1000;
  int fps = 10;
  int keyframe_interval = 20;
  double fragment_seconds = 2;
  int width = 80;
  int height = 60;

  auto operator<=>(const Recording&) const = default;
};
using Renditions = std::vector<std::shared_ptr<const video::FragmentedVideo>>;
Renditions record(const Recording& recording);

/// A frame that came out.
struct Seen {
  int number = 0;
  double capture_time = 0;
};

/// What came out of a source, beside what went in.
struct Observation {
  Recording recording;
  double start = kStart;  ///< Unix seconds: when the camera began to send.
  std::vector<Seen> seen;
  std::vector<video::Gap> gaps;

  /// Checks what came out: the right pictures at the right times, each once and in order, and that what is
  /// missing between the first and the last frame is what the gaps say.
  void expect_exact() const;
  /// Indices of frames (since the start) that did not come out, between the first that did and the last.
  std::set<std::int64_t> missing() const;

 private:
  std::int64_t index_of(double time) const;
  bool in_gap(double time) const;
};

/// Keys that the service does not check.
std::shared_ptr<aws::CredentialsProvider> any_key();

/// One of what may go wrong, from `now` on for up to four minutes.
sim::kvs::Fault random_fault(Rng& rng, double now);

/// Service, session, telemetry and the source over them.
class Rig : public Observation {
 public:
  explicit Rig(const Recording& recording = {}, double before_start = 60);

  /// Reads until `until` (Unix seconds), as a worker would: after a failure it waits as the source says and
  /// opens again. Fails the test when a call takes longer than the source's time-outs allow.
  void run_until(double until);

  double metric(const telemetry::MetricSpec& spec) const;
  double fault(const std::string& name) const;
  void add_fault(sim::kvs::Fault fault) { service->faults().add(std::move(fault)); }

  support::FakeClock clock;
  std::unique_ptr<sim::kvs::Service> service;
  std::shared_ptr<support::KvsTransport> transport;
  std::unique_ptr<aws::Session> session;
  support::TelemetryFixture telemetry;
  const telemetry::Telemetry observed = telemetry;
  video::KvsOptions options;
  video::SourceContext context;
  std::unique_ptr<video::kvs_hls::KvsHlsSource> source;  ///< Made by run_until() when there is none.

  double seconds_a_frame = 0;       ///< That whoever reads takes for each.
  std::vector<Error> errors;        ///< That open() and read() returned.
  double longest_call_seconds = 0;  ///< Of open() and read(), on the fake clock.

 private:
  bool opened_ = false;
};

}  // namespace kinesight::kvs_test
