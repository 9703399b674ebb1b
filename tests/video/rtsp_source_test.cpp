// The RTSP source against a real server (GStreamer's).
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <thread>

#include "support/temp_folder.h"
#include "video/rtsp_server.h"
#include "video/sources.h"
#include "video/still_movie.h"

namespace kinesight::video::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Seconds since it was made.
class Stopwatch {
 public:
  double seconds() const { return to_seconds(Clock::system().steady() - start_); }

 private:
  const Clock::Steady start_ = Clock::system().steady();
};

/// A port of this machine on which nobody answers: connections are taken by the system and then left alone.
class SilentPort {
 public:
  SilentPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    bind(socket_, reinterpret_cast<sockaddr*>(&address), size);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentPort() { close_now(); }
  void close_now() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }
  int port() const { return port_; }

 private:
  int socket_;
  int port_ = 0;
};

std::unique_ptr<FrameSource> camera(const std::string& url, OptionTexts texts = {}, double fps_target = 10) {
  texts["url"] = url;
  texts.try_emplace("timeout_seconds", "5");
  return make_source(rtsp_source_kind(), texts, {"camera", fps_target});
}

/// With a server of one film of 15 s.
class RtspSource : public testing::Test {
 protected:
  void SetUp() override {
    const auto movie = folder.path() / "movie.mp4";
    write_movie(movie, 300, {.fps = 20, .keyframe_interval = 5});
    server.emplace(movie, arguments);
    if (const std::string absent = server->absent(); !absent.empty()) GTEST_SKIP() << absent;
  }

  std::vector<std::string> arguments;
  support::TempFolder folder;
  std::optional<RtspServer> server;
};

class RtspSourceWithPassword : public RtspSource {
 protected:
  RtspSourceWithPassword() { arguments = {"--user", "admin", "--password", "hunter2"}; }
};

class RtspTransport : public RtspSource, public testing::WithParamInterface<std::string> {};

TEST_P(RtspTransport, FramesArriveInOrderAtTheirSpeedDatedByTheirArrival) {
  const auto source = camera(server->url(), {{"transport", GetParam()}, {"decode", "all"}});
  const auto opened = source->open({});
  ASSERT_TRUE(opened) << opened.error().message;
  const auto frames = read_all(*source, 30);
  ASSERT_EQ(frames.size(), 30u);
  EXPECT_TRUE(source->live());
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].number, frames[i - 1].number + 1);
    EXPECT_GT(frames[i].capture_time, frames[i - 1].capture_time);
  }
  // The first ones come in a burst; what follows is paced by the server.
  EXPECT_NEAR(frames[29].capture_time - frames[19].capture_time, 0.5, 0.2);
  const double age = Clock::system().wall_seconds() - frames[29].capture_time;
  EXPECT_GT(age, -0.2);
  EXPECT_LT(age, 1.0);
}

INSTANTIATE_TEST_SUITE_P(All, RtspTransport, testing::Values("tcp", "udp"),
                         [](const auto& of) { return of.param; });

TEST_F(RtspSource, HevcArrivesAsWell) {
  const auto movie = folder.path() / "hevc.mp4";
  write_movie(movie, 40, {.fps = 20, .codec = "hevc"});
  const RtspServer hevc(movie, {"--codec", "hevc"});
  const auto source = camera(hevc.url(), {{"decode", "all"}});
  const auto opened = source->open({});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(numbers(read_all(*source, 10)), every(1, 10));
}

TEST_F(RtspSource, AutomaticTurnsToKeyframesWhenTheyComeOftenEnough) {
  const auto source = camera(server->url(), {}, 2);
  ASSERT_TRUE(source->open({}));
  const auto frames = read_all(*source, 22);
  ASSERT_EQ(frames.size(), 22u);
  EXPECT_EQ(frames[21].number - frames[20].number, 5);
  EXPECT_GT(source->counters().skipped, 0u);
}

TEST_F(RtspSource, ItsGateGivesKeyframesWhileNothingMovesAndEverythingAroundAMotion) {
  const auto movie = folder.path() / "still.mp4";
  write_still_movie(movie, {.frames = 240, .moving = {{185, 200}}}, {.fps = 20, .keyframe_interval = 40});
  const RtspServer still(movie);
  // Keyframes of still stretches are further apart than the time-out; packets are not.
  const auto source =
      make_source(rtsp_source_kind(), {{"url", still.url()}, {"timeout_seconds", "1.5"}},
                  {.camera_id = "camera", .fps_target = 10, .bitstream_gate = {.enabled = true}});
  const auto opened = source->open({});
  ASSERT_TRUE(opened) << opened.error().message;
  std::vector<std::int64_t> given;
  double captured = 0;
  while (given.empty() || given.back() < 210) {
    const auto frame = source->read({});
    ASSERT_TRUE(frame) << frame.error().message;
    ASSERT_TRUE(*frame);
    given.push_back((*frame)->sequence);
    EXPECT_GT((*frame)->capture_time, captured);
    captured = (*frame)->capture_time;
    const double late = Clock::system().wall_seconds() - (*frame)->due_time;
    EXPECT_LT(late, 1) << "frame " << given.back() << ": what was held back is not late by it";
  }
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 120; ++i) expected.push_back(i);  // Nothing is known yet.
  expected.push_back(120);                              // Still.
  for (int i = 160; i < 211; ++i) expected.push_back(i);
  EXPECT_THAT(given, testing::ElementsAreArray(expected));
  EXPECT_EQ(source->counters().gated, 39U);
}

TEST_F(RtspSource, UnderALimitKeyframesMayBeFurtherApartThanTheTimeOut) {
  const auto movie = folder.path() / "rare.mp4";
  write_movie(movie, 160, {.fps = 20, .keyframe_interval = 50});
  const RtspServer rare(movie);
  const auto source = camera(rare.url(), {{"timeout_seconds", "1"}, {"decode", "all"}});
  source->limit(DecodePolicy::keyframes);
  ASSERT_TRUE(source->open({}));
  EXPECT_EQ(numbers(read_all(*source, 3)), every(50, 150));
}

TEST_F(RtspSource, AServerThatDiesIsAnErrorAndCanBeOpenedAgain) {
  const auto source = camera(server->url());
  ASSERT_TRUE(source->open({}));
  read_all(*source, 5);
  server->kill();
  const Stopwatch since_death;
  Result<std::optional<Frame>> frame;
  do frame = source->read({});
  while (frame && *frame);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::unavailable) << frame.error().message;
  EXPECT_LT(since_death.seconds(), 6);
  const auto again = source->open({});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::unavailable) << again.error().message;
}

TEST_F(RtspSource, AServerThatFallsSilentIsAnErrorAfterTheTimeOut) {
  const auto source = camera(server->url(), {{"timeout_seconds", "1"}});
  ASSERT_TRUE(source->open({}));
  read_all(*source, 5);
  server->freeze();
  const Stopwatch since_silence;
  Result<std::optional<Frame>> frame;
  do frame = source->read({});
  while (frame && *frame);
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(frame.error().message, HasSubstr("timed out"));
  EXPECT_LT(since_silence.seconds(), 4);
}

TEST_F(RtspSource, AStopEndsAWaitForTheServer) {
  const auto source = camera(server->url(), {{"timeout_seconds", "60"}});
  ASSERT_TRUE(source->open({}));
  read_all(*source, 5);
  server->freeze();
  Result<std::optional<Frame>> frame;
  std::jthread reader([&](std::stop_token stop) {
    do frame = source->read(stop);
    while (frame && *frame);
  });
  const Stopwatch since_stop;
  reader.request_stop();
  reader.join();
  ASSERT_FALSE(frame);
  EXPECT_EQ(frame.error().kind, ErrorKind::cancelled) << frame.error().message;
  EXPECT_LT(since_stop.seconds(), 2);  // About 0.1 s; more on a machine that is busy.
}

TEST_F(RtspSource, APathThatIsNotThere) {
  const auto opened = camera(server->url("/nobody"))->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::not_found);
  EXPECT_THAT(opened.error().message,
              AllOf(HasSubstr("/nobody"), HasSubstr("404"), HasSubstr("check the path")));
}

TEST_F(RtspSourceWithPassword, TheRightOneOpens) {
  const auto source = camera(server->url("/camera", "admin:hunter2@"));
  const auto opened = source->open({});
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(read_all(*source, 3).size(), 3u);
  EXPECT_THAT(source->describe(),
              AllOf(HasSubstr("***@127.0.0.1"), Not(HasSubstr("hunter2")), Not(HasSubstr("admin"))));
}

TEST_F(RtspSourceWithPassword, AWrongOneOrNoneIsDeniedAndNotShown) {
  for (const std::string user : {"admin:hunter3@", ""}) {
    const auto opened = camera(server->url("/camera", user))->open({});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::denied) << opened.error().message;
    EXPECT_THAT(opened.error().message,
                AllOf(HasSubstr("check the user and the password"), Not(HasSubstr("hunter3"))));
  }
}

TEST(RtspSourceAlone, AHostThatRefusesIsUnavailableAtOnce) {
  SilentPort port;
  port.close_now();
  const auto opened = camera(fmt::format("rtsp://user:hunter2@127.0.0.1:{}/camera", port.port()))->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("Connection refused"), Not(HasSubstr("hunter2"))));
}

TEST(RtspSourceAlone, AHostThatDoesNotAnswerIsUnavailableAfterTheTimeOut) {
  const SilentPort port;
  const Stopwatch watch;
  const auto opened =
      camera(fmt::format("rtsp://127.0.0.1:{}/camera", port.port()), {{"timeout_seconds", "1"}})->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("timed out"));
  EXPECT_LT(watch.seconds(), 3);
}

TEST(RtspSourceAlone, AStopEndsTheWaitForAHostThatDoesNotAnswer) {
  const SilentPort port;
  const auto source =
      camera(fmt::format("rtsp://127.0.0.1:{}/camera", port.port()), {{"timeout_seconds", "60"}});
  Result<> opened;
  const Stopwatch watch;
  {
    std::jthread opener([&](std::stop_token stop) { opened = source->open(stop); });
  }  // Asked to stop, and joined.
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::cancelled);
  EXPECT_LT(watch.seconds(), 2);
}

TEST(RtspSourceAlone, AUrlOfAnotherKindIsInvalid) {
  const config::Table& table = rtsp_source_kind().options;
  config::Parsed parsed(table);
  ASSERT_TRUE(table.find("url")->assign(parsed.object(), config::Value::scalar("http://127.0.0.1/camera")));
  ASSERT_EQ(table.rules().size(), 1u);
  EXPECT_TRUE(table.rules()[0].broken(parsed.object())) << "a configuration with it must not load";

  const auto opened = camera("http://127.0.0.1/camera?password=hunter2")->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
  EXPECT_THAT(opened.error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace kinesight::video::test
