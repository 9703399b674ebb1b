// Three minutes over real sockets and in real time: two cameras at once, one undisturbed and one with faults.
#include <thread>

#include "kvs/rig.h"
#include "net/curl_transport.h"
#include "sim/kvs/server.h"

namespace kinesight::kvs_test {
namespace {

constexpr double kSeconds = 180;

/// Reads `stream` until `until`, with sessions of 20 s.
Observation watch(const std::string& stream, const std::string& endpoint, double start, double until,
                  const telemetry::Telemetry& telemetry) {
  Observation observed{.recording = {}, .start = start, .seen = {}, .gaps = {}};
  aws::Session session(
      {.transport = net::make_curl_transport({}), .credentials = any_key(), .retry = {}, .shared_config = {}},
      Clock::system());
  video::KvsOptions options;
  options.stream_name = stream;
  options.region = "us-east-1";
  options.endpoint_url = endpoint;
  options.hls_session_seconds = 20;
  options.refresh_margin_seconds = 5;
  options.decode = video::DecodePolicy::all;
  video::kvs_hls::KvsHlsSource source(
      options,
      {.camera_id = stream,
       .telemetry = &telemetry,
       .aws_session = [&]() -> Result<aws::Session*> { return &session; },
       .on_gap = [&](const video::Gap& gap) { observed.gaps.push_back(gap); }},
      Rng(1));
  for (bool opened = false; Clock::system().wall_seconds() < until;) {
    if (!opened) {
      opened = source.open({}).has_value();
    } else {
      const auto frame = source.read({});
      opened = frame.has_value();
      if (opened) observed.seen.push_back({video::test::number_in((*frame)->view), (*frame)->capture_time});
    }
    if (!opened) Clock::system().wait_for(source.retry_after().value(), {});
  }
  return observed;
}

TEST(KvsLive, TwoCamerasForThreeMinutes) {
  Clock& clock = Clock::system();
  const auto recording = record({});
  const double begin = clock.wall_seconds();
  const double start = begin - 60;
  sim::kvs::Service service({}, clock);
  ASSERT_TRUE(service.add_camera("calm", recording, start));
  ASSERT_TRUE(service.add_camera("troubled", recording, start));
  const auto disturb = [&](const std::string& name, const std::string& value, double at, double seconds) {
    service.faults().add({.name = name,
                          .value = value,
                          .stream = "troubled",
                          .begin = begin + at,
                          .end = begin + at + seconds});
  };
  disturb("playlist_403", "", 20, 3);
  disturb("stall", "8", 40, 6);
  disturb("resolution", "", 60, 30);
  disturb("session_expired", "", 100, 3);
  disturb("gap", "5", 115, 1);
  disturb("fragment_403", "", 130, 3);
  disturb("stall", "9", 145, 8);

  support::TelemetryFixture fixture;
  const telemetry::Telemetry telemetry = fixture;
  const auto server = sim::kvs::Server::start({}, service, clock, fixture.log);
  ASSERT_TRUE(server) << server.error().message;
  Observation calm;
  Observation troubled;
  {
    const std::string url = (*server)->url();
    const std::jthread one([&] { calm = watch("calm", url, start, begin + kSeconds, telemetry); });
    troubled = watch("troubled", url, start, begin + kSeconds, telemetry);
  }
  calm.expect_exact();
  EXPECT_TRUE(calm.gaps.empty());
  EXPECT_GT(calm.seen.size(), 1700U);
  EXPECT_GE(fixture.metrics.value(telemetry::kKvsUrlRefreshes, {"calm"}), 8);
  troubled.expect_exact();
  EXPECT_FALSE(troubled.gaps.empty()) << "five seconds of it were never sent";
  EXPECT_GT(troubled.seen.size(), 1600U);
  EXPECT_GE(fixture.metrics.value(telemetry::kKvsUrlRefreshes, {"troubled"}), 8);
  double lost = 0;
  for (const auto& gap : troubled.gaps) lost += gap.end - gap.begin;
  std::cout << calm.seen.size() << " frames undisturbed; " << troubled.seen.size() << " frames and "
            << troubled.gaps.size() << " gaps of " << lost << " s under faults\n";
}

}  // namespace
}  // namespace kinesight::kvs_test
