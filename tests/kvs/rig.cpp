#include "kvs/rig.h"

#include <algorithm>
#include <map>

#include "video/mp4_writer.h"

namespace kinesight::kvs_test {
namespace {

/// Keys that the service does not check.
class AnyKey final : public aws::CredentialsProvider {
 public:
  std::string_view name() const override { return "test"; }
  Result<aws::Credentials> get(std::stop_token) override {
    aws::Credentials credentials;
    credentials.access_key_id = "TEST";
    credentials.secret_access_key = Secret("test");
    credentials.source = "test";
    return credentials;
  }
};

}  // namespace

std::shared_ptr<aws::CredentialsProvider> any_key() { return std::make_shared<AnyKey>(); }

Renditions record(const Recording& recording) {
  static std::map<Recording, Renditions> made;  // Encoding takes longer than most tests.
  if (const auto known = made.find(recording); known != made.end()) return known->second;
  const support::TempFolder folder;
  Renditions renditions;
  for (const int scale : {1, 2}) {
    const auto path = folder.path() / (std::to_string(scale) + ".mp4");
    video::test::write_movie(path, recording.frames,
                             {.width = recording.width * scale,
                              .height = recording.height * scale,
                              .fps = recording.fps,
                              .keyframe_interval = recording.keyframe_interval});
    auto video = video::fragment_video(path, recording.fragment_seconds);
    EXPECT_TRUE(video) << video.error().message;
    renditions.push_back(std::make_shared<const video::FragmentedVideo>(std::move(*video)));
  }
  return made[recording] = renditions;
}

Rig::Rig(const Recording& made, double before_start) : clock(kStart + before_start) {
  recording = made;
  service = std::make_unique<sim::kvs::Service>(sim::kvs::ServiceOptions(), clock);
  const auto added = service->add_camera("camera", record(recording), kStart);
  EXPECT_TRUE(added) << added.error().message;
  transport = std::make_shared<support::KvsTransport>(*service, clock);
  session = std::make_unique<aws::Session>(
      aws::Session::Parts{.transport = transport, .credentials = any_key(), .retry = {}, .shared_config = {}},
      clock);
  options.stream_name = "camera";
  options.region = "us-east-1";
  options.endpoint_url = "http://kvs.test";
  options.decode = video::DecodePolicy::all;
  context.camera_id = "camera";
  context.clock = &clock;
  context.telemetry = &observed;
  context.aws_session = [this]() -> Result<aws::Session*> { return session.get(); };
  context.on_gap = [this](const video::Gap& gap) { gaps.push_back(gap); };
}

void Rig::run_until(double until) {
  if (!source) source = std::make_unique<video::kvs_hls::KvsHlsSource>(options, context, Rng(1));
  while (clock.wall_seconds() < until) {
    const auto begin = clock.steady();
    std::optional<Error> error;
    if (!opened_) {
      const auto opened = source->open({});
      opened_ = opened.has_value();
      if (!opened) error = opened.error();
    } else {
      const auto frame = source->read({});
      if (!frame) error = frame.error();
      if (frame && *frame) seen.push_back({video::test::number_in((*frame)->view), (*frame)->capture_time});
    }
    longest_call_seconds = std::max(longest_call_seconds, to_seconds(clock.steady() - begin));
    if (opened_) clock.advance_seconds(seconds_a_frame);
    if (!error) continue;
    opened_ = false;
    errors.push_back(*error);
    const auto pause = source->retry_after();
    ASSERT_TRUE(pause) << "a source that failed says when to try again: " << error->message;
    clock.wait_for(*pause, {});
  }
}

sim::kvs::Fault random_fault(Rng& rng, double now) {
  static const std::vector<std::string> kNames = {
      "session_expired", "playlist_403", "playlist_404", "playlist_5xx", "fragment_403",
      "fragment_404",    "fragment_5xx", "init_5xx",     "api_5xx",      "throttled",
      "denied",          "stall",        "endless",      "cut",          "bad_playlist",
      "bad_fragment",    "offline",      "gap",          "resolution"};
  sim::kvs::Fault fault{
      .name = kNames[static_cast<std::size_t>(rng.integer(0, static_cast<int>(kNames.size()) - 1))],
      .begin = now,
      .end = now + rng.uniform(1, 240),
      .probability = rng.chance(0.5) ? 1 : rng.uniform(0.05, 0.9)};
  if (fault.name == "stall" || fault.name == "gap") fault.value = std::to_string(rng.integer(1, 60));
  if (fault.name == "offline" || fault.name == "gap" || fault.name == "resolution") fault.probability = 1;
  return fault;
}

std::int64_t Observation::index_of(double time) const { return std::llround((time - start) * recording.fps); }

bool Observation::in_gap(double time) const {
  const double half = 0.5 / recording.fps;
  return std::ranges::any_of(
      gaps, [&](const video::Gap& gap) { return time > gap.begin - half && time < gap.end - half; });
}

std::set<std::int64_t> Observation::missing() const {
  std::set<std::int64_t> indices;
  if (seen.empty()) return indices;
  for (auto i = index_of(seen.front().capture_time); i <= index_of(seen.back().capture_time); ++i)
    indices.insert(i);
  for (const auto& frame : seen) indices.erase(index_of(frame.capture_time));
  return indices;
}

void Observation::expect_exact() const {
  ASSERT_FALSE(seen.empty());
  int wrong = 0;
  std::int64_t before = index_of(seen.front().capture_time) - 1;
  for (const auto& frame : seen) {
    const auto index = index_of(frame.capture_time);
    const double truth = start + static_cast<double>(index) / recording.fps;
    const bool right = frame.number == index % recording.frames && index > before &&
                       std::abs(frame.capture_time - truth) < 1.0 / recording.fps;
    if (!right && ++wrong <= 5) {
      ADD_FAILURE() << "frame " << index << " after " << before << " shows " << frame.number << " at "
                    << frame.capture_time - start << " s";
    }
    before = index;
  }
  EXPECT_EQ(wrong, 0);
  std::set<std::int64_t> declared;
  for (auto i = index_of(seen.front().capture_time); i <= index_of(seen.back().capture_time); ++i) {
    if (in_gap(start + static_cast<double>(i) / recording.fps)) declared.insert(i);
  }
  EXPECT_EQ(missing(), declared) << "what is missing is not what the gaps say";
}

double Rig::metric(const telemetry::MetricSpec& spec) const {
  return telemetry.metrics.value(spec, {"camera"});
}

double Rig::fault(const std::string& name) const {
  return telemetry.metrics.value(telemetry::kKvsFaults, {"camera", name});
}

}  // namespace kinesight::kvs_test
