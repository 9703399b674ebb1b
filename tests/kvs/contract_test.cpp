// What a source promises whatever happens: time-outs, stops, counts, states, secrets.
#include <gmock/gmock.h>

#include <cstdio>

#include "kvs/altering.h"

namespace kinesight::kvs_test {
namespace {

using testing::HasSubstr;
using testing::Not;
using video::kvs_hls::ConnectionState;
using video::kvs_hls::KvsHlsSource;

TEST(KvsSourceContract, MpegTsIsReadAsItIs) {
  AlteredRig rig;
  rig.altering->ask = [](const net::Request& request, std::string& body) {
    if (!is_session_call(request)) return;
    const std::string asked = "FRAGMENTED_MP4";
    body.replace(body.find(asked), asked.size(), "MPEG_TS");
  };
  rig.options.hls_session_seconds = 20;
  rig.options.refresh_margin_seconds = 5;
  rig.run_until(kStart + 120);
  rig.expect_exact();
  EXPECT_GT(rig.seen.size(), 500U);
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_GT(rig.fault("mpeg_ts"), 0);
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), 0);
}

TEST(KvsSourceContract, APlaylistThatIsEmptyAtFirstIsWaitedFor) {
  AlteredRig rig;
  rig.altering->after = [&](const net::Request& request, net::Response& response) {
    if (is_media_playlist(request) && rig.clock.wall_seconds() < kStart + 70)
      response.body = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n";
  };
  rig.run_until(kStart + 120);
  rig.expect_exact();
  EXPECT_TRUE(rig.errors.empty());
  EXPECT_TRUE(rig.gaps.empty());
  EXPECT_GT(rig.seen.front().capture_time, kStart + 65) << "it begins with the newest";
  EXPECT_EQ(rig.metric(telemetry::kKvsReadErrors), 0);
}

TEST(KvsSourceContract, NoEndOfALivePlaylistEndsACamera) {
  AlteredRig rig;
  rig.altering->after = [&](const net::Request& request, net::Response& response) {
    const double now = rig.clock.wall_seconds();
    if (is_media_playlist(request) && now > kStart + 80 && now < kStart + 90)
      response.body += "#EXT-X-ENDLIST\n";
  };
  video::kvs_hls::KvsHlsSource source(rig.options, rig.context, Rng(1));
  ASSERT_TRUE(source.open({}));
  while (rig.clock.wall_seconds() < kStart + 120) {
    const auto frame = source.read({});
    ASSERT_TRUE(frame && *frame);
  }
}

TEST(KvsSourceContract, FragmentsThatTheServiceItselfMissesAreAGap) {
  AlteredRig rig;
  rig.altering->after = [&](const net::Request& request, net::Response& response) {
    if (!is_media_playlist(request)) return;
    for (std::size_t at = 0; (at = response.body.find("00.000Z\n#EXTINF", at)) != std::string::npos; at += 24)
      response.body.insert(at + 8, "#EXT-X-GAP\n");
  };
  rig.run_until(kStart + 300);
  rig.expect_exact();
  EXPECT_GE(rig.gaps.size(), 2U);
  for (const auto& gap : rig.gaps) EXPECT_EQ(gap.reason, "lost");
}

TEST(KvsSourceContract, TheFirstFragmentCountsToo) {
  Rig rig;
  rig.add_fault({.name = "fragment_404", .begin = kStart, .count = 1});
  rig.run_until(kStart + 90);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].reason, "lost");
  EXPECT_NEAR(rig.gaps[0].end, rig.seen.front().capture_time, 0.01);
}

TEST(KvsSourceContract, FootageThatIsNoGoodKeepsNoCallForLong) {
  for (const char* fault : {"bad_fragment", "cut"}) {
    Rig rig;
    rig.options.max_consecutive_errors = 10'000;
    rig.run_until(kStart + 90);
    rig.add_fault({.name = fault, .begin = kStart + 90, .end = kStart + 1000});
    rig.run_until(kStart + 1300);
    rig.expect_exact();
    EXPECT_LE(rig.longest_call_seconds, 90) << fault;
    EXPECT_GT(rig.seen.back().capture_time, kStart + 1250) << fault;
  }
}

TEST(KvsSourceContract, GapsAreInOrderAndNeverTwice) {
  for (const char* fault : {"bad_fragment", "fragment_404", "cut", "endless", "fragment_403"}) {
    Rig rig;
    rig.add_fault({.name = fault, .begin = kStart + 70, .end = kStart + 260, .probability = 0.6});
    rig.run_until(kStart + 400);
    rig.expect_exact();
    double reached = 0;
    for (const auto& gap : rig.gaps) {
      EXPECT_LT(gap.begin, gap.end) << fault;
      EXPECT_GE(gap.begin, reached - 0.01) << fault << ": told twice";
      reached = gap.end;
    }
  }
}

TEST(KvsSourceContract, AStopIsAnsweredAtOnceWhereverItComes) {
  for (int at = 1; at <= 40; ++at) {
    AlteredRig rig;
    rig.options.hls_session_seconds = 10;
    rig.options.refresh_margin_seconds = 2;
    rig.add_fault({.name = "playlist_5xx", .begin = kStart + 64, .end = kStart + 70, .probability = 0.5});
    rig.add_fault({.name = "fragment_403", .begin = kStart + 72, .end = kStart + 90, .probability = 0.5});
    std::stop_source stop;
    int requests = 0;
    rig.altering->before = [&](const net::Request&) {
      if (++requests == at) stop.request_stop();
    };
    KvsHlsSource source(rig.options, rig.context, Rng(1));
    std::optional<Error> error;
    for (bool opened = false; !error;) {
      const auto before = rig.clock.steady();
      if (!opened) {
        const auto done = source.open(stop.get_token());
        opened = done.has_value();
        if (!done) error = done.error();
      } else if (const auto frame = source.read(stop.get_token()); !frame) {
        error = frame.error();
      }
      ASSERT_LT(rig.clock.steady() - before, std::chrono::seconds(60));
    }
    EXPECT_EQ(error->kind, ErrorKind::cancelled) << at << ": " << error->message;
    EXPECT_EQ(requests, at) << "requests after the stop";
    EXPECT_EQ(source.state(), ConnectionState::disconnected) << at;
  }
}

TEST(KvsSourceContract, ASlowTryIsNoReconnecting) {
  AlteredRig rig;
  rig.run_until(kStart + 90);
  rig.add_fault({.name = "api_5xx", .begin = kStart + 90, .end = kStart + 600});
  rig.add_fault({.name = "playlist_5xx", .begin = kStart + 90, .end = kStart + 600});
  rig.run_until(kStart + 200);
  ASSERT_EQ(rig.source->state(), ConnectionState::error);
  std::set<double> states;
  rig.altering->before = [&](const net::Request&) {
    if (rig.clock.wall_seconds() < kStart + 590) states.insert(rig.metric(telemetry::kKvsConnectionState));
  };
  rig.run_until(kStart + 800);
  EXPECT_EQ(states, std::set<double>{4}) << "an alert on `== 4 for 5m` would never fire";
  EXPECT_EQ(rig.source->state(), ConnectionState::connected);
}

TEST(KvsSourceContract, FootageMissedAfterTheCameraCameBackWasNotTheCamerasFault) {
  Rig rig;
  rig.run_until(kStart + 90);
  rig.add_fault({.name = "offline", .begin = kStart + 90, .end = kStart + 150});
  rig.add_fault({.name = "api_5xx", .begin = kStart + 150, .end = kStart + 700});
  rig.run_until(kStart + 900);
  rig.expect_exact();
  ASSERT_EQ(rig.gaps.size(), 1U);
  EXPECT_EQ(rig.gaps[0].reason, "lost");
}

TEST(KvsSourceContract, AnEventDoesNotWaitLongForWhereItsFootageIs) {
  AlteredRig rig;
  KvsHlsSource source(rig.options, rig.context, Rng(1));
  ASSERT_TRUE(source.open({}));
  const auto frame = source.read({});
  ASSERT_TRUE(frame && *frame);
  rig.altering->before = [&](const net::Request& request) {
    if (is_for(request, "listFragments")) rig.add_fault({.name = "stall", .value = "60", .begin = 0});
  };
  const auto begin = rig.clock.steady();
  EXPECT_EQ(source.provenance(**frame, {}).at("kvs").count("server_time_ms"), 0U);
  EXPECT_LE(rig.clock.steady() - begin, std::chrono::milliseconds(2100));
}

TEST(KvsSourceContract, NoTokenReachesErrorsOrLogs) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::tmpfile(), &std::fclose);
  telemetry::Log log("kvs_infer", telemetry::LogFormat::json, telemetry::Level::debug, file.get());
  std::set<std::string> tokens;
  std::string told;
  AlteredRig rig;
  const telemetry::Telemetry all{log, rig.telemetry.metrics, rig.telemetry.health};
  rig.context.telemetry = &all;
  rig.altering->after = [&](const net::Request& request, net::Response& response) {
    const std::string key = "SessionToken=";
    if (is_session_call(request)) {
      if (const auto at = response.body.find(key); at != std::string::npos)
        tokens.insert(response.body.substr(at + key.size(), 16));
      return;
    }
    // Now and then a word of a playlist goes astray.
    if (is_media_playlist(request) && response.status == 200 && rig.transport->requests() % 3 == 0)
      response.body.insert(response.body.rfind("SessionToken") + rig.transport->requests() % 40, "\n\t:");
    if (is_for(request, "Master") && response.status == 200 && rig.transport->requests() % 3 == 0)
      response.body.replace(response.body.find("getHLSMedia"), 1, "ftp://x:y@getHLSMedia");
  };
  for (const char* fault : {"session_expired", "playlist_404", "fragment_5xx", "cut", "stall", "denied"})
    rig.add_fault({.name = fault, .begin = kStart + 70, .probability = 0.1});
  rig.run_until(kStart + 1500);
  for (const auto& error : rig.errors) told += error.message;
  std::rewind(file.get());
  for (int c = 0; (c = std::fgetc(file.get())) != EOF;) told += static_cast<char>(c);
  ASSERT_FALSE(tokens.empty());
  EXPECT_THAT(told, HasSubstr("HLS media playlist, line"));
  for (const auto& token : tokens) EXPECT_THAT(told, Not(HasSubstr(token)));
  EXPECT_THAT(told, Not(HasSubstr("SessionToken")));
}

}  // namespace
}  // namespace kinesight::kvs_test
