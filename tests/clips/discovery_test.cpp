#include "clips/discovery.h"

#include <gmock/gmock.h>

#include <barrier>
#include <thread>

#include "clips/support/fake_cache.h"
#include "clips/support/fake_streams.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"

namespace kinesight::clips {
namespace {

using std::chrono::milliseconds;
using support::FakeClock;

constexpr milliseconds kRemembered{300'000};
const Error kDown{ErrorKind::unavailable, "Redis at 127.0.0.1:1: Connection refused"};

aws::VideoStream stream(const std::string& name, const std::string& status = "ACTIVE") {
  return {.name = name, .arn = "arn:aws:kinesisvideo:us-east-1:1:stream/" + name + "/1", .status = status};
}

struct DiscoveryTest : testing::Test {
  FakeClock clock;
  FakeCache cache{clock};
  FakeStreams streams;
  support::TelemetryFixture telemetry;
  std::string lives_in_cache;

  DiscoveryTest() {
    streams.on_list = [] {
      return std::vector{stream("yard"), stream("front"), stream("old", "DELETING"),
                         stream("new", "CREATING")};
    };
  }

  Discovery discovery(Cache* with) { return {streams, with, kRemembered, clock, telemetry}; }
  double failures(std::string_view call) {
    return telemetry.metrics.value(telemetry::kCacheFailures, {call});
  }
};

std::vector<std::string> names(const Result<std::vector<CameraInfo>>& cameras) {
  std::vector<std::string> names;
  if (!cameras) return {cameras.error().message};
  for (const auto& one : *cameras) names.push_back(one.stream_name);
  return names;
}

const std::vector<std::string> kActive = {"front", "yard"};

TEST_F(DiscoveryTest, FindsTheActiveStreamsAndAsksSeldom) {
  auto found = discovery(&cache);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_EQ(streams.lists, 1);
  clock.advance(kRemembered);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_EQ(streams.lists, 2);
}

TEST_F(DiscoveryTest, IsRememberedUnderTheKeyThatOthersRead) {
  auto found = discovery(&cache);
  ASSERT_TRUE(found.cameras({}));
  const auto text = cache.get("s2:cameras:discovered");
  ASSERT_TRUE(text && *text);
  EXPECT_EQ(**text,
            R"([{"stream_arn":"arn:aws:kinesisvideo:us-east-1:1:stream/front/1","stream_name":"front",)"
            R"("status":"ACTIVE"},{"stream_arn":"arn:aws:kinesisvideo:us-east-1:1:stream/yard/1",)"
            R"("stream_name":"yard","status":"ACTIVE"}])");
}

TEST_F(DiscoveryTest, RefreshAsksAnew) {
  auto found = discovery(&cache);
  ASSERT_TRUE(found.cameras({}));
  streams.on_list = [] { return std::vector{stream("side")}; };
  EXPECT_EQ(names(found.refresh({})), std::vector<std::string>{"side"});
  EXPECT_EQ(names(found.cameras({})), std::vector<std::string>{"side"});
  EXPECT_EQ(streams.lists, 2);
}

TEST_F(DiscoveryTest, WithoutRedisItAsksAwsItself) {
  auto found = discovery(nullptr);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_EQ(streams.lists, 2);
}

TEST_F(DiscoveryTest, RedisThatIsDownIsNoErrorAndCounted) {
  cache.fail_with(kDown);
  auto found = discovery(&cache);
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_GE(failures("get"), 1);
  EXPECT_EQ(failures("set"), 1);
  EXPECT_EQ(streams.lists, 1);
}

TEST_F(DiscoveryTest, WhatOthersLeftInRedisIsNoError) {
  for (const std::string_view rubbish :
       {"", "null", "{}", "[1]", "[{}]", R"([{"stream_arn":1,"stream_name":"a","status":"b"}])", "\xff",
        "["}) {
    ASSERT_TRUE(cache.set(std::string(kDiscoveredKey), std::string(rubbish), kRemembered));
    auto found = discovery(&cache);
    EXPECT_EQ(names(found.cameras({})), kActive) << rubbish;
  }
  EXPECT_GE(failures("get"), 8);
}

TEST_F(DiscoveryTest, WhatAwsRefusesIsAnErrorAndNotRemembered) {
  streams.on_list = []() -> Result<std::vector<aws::VideoStream>> {
    return fail(ErrorKind::throttled, "ListStreams: ClientLimitExceededException");
  };
  auto found = discovery(&cache);
  const auto refused = found.cameras({});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::throttled);
  streams.on_list = [] { return std::vector{stream("front")}; };
  EXPECT_EQ(names(found.cameras({})), std::vector<std::string>{"front"});  // Its turn was given back.
}

TEST_F(DiscoveryTest, ManyWhoAskAtOnceAreOneQuestion) {
  auto found = discovery(&cache);
  std::barrier begin(8);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        begin.arrive_and_wait();
        EXPECT_EQ(names(found.cameras({})), kActive);
      });
    }
  }
  EXPECT_EQ(streams.lists, 1);
}

TEST_F(DiscoveryTest, OfSeveralServicesOneAsks) {
  auto mine = discovery(&cache), other = discovery(&cache);
  streams.on_list = [&] {
    // While one asks another comes: it waits for what the first will remember.
    std::stop_source stop;
    stop.request_stop();
    const auto waits = other.cameras(stop.get_token());
    EXPECT_FALSE(waits);
    EXPECT_EQ(waits.error().kind, ErrorKind::cancelled);
    return std::vector{stream("front")};
  };
  EXPECT_EQ(names(mine.cameras({})), std::vector<std::string>{"front"});
  EXPECT_EQ(streams.lists, 1);
  EXPECT_EQ(names(other.cameras({})), std::vector<std::string>{"front"});
  EXPECT_EQ(streams.lists, 1);
}

TEST_F(DiscoveryTest, AServiceThatDiedWhileAskingHoldsUpNobodyForLong) {
  ASSERT_TRUE(cache.add("s2:cameras:discovered:asking", "somebody", milliseconds(3'600'000)));
  auto found = discovery(&cache);
  const auto begin = clock.steady();
  EXPECT_EQ(names(found.cameras({})), kActive);
  EXPECT_LE(clock.steady() - begin, std::chrono::seconds(31));
}

}  // namespace
}  // namespace kinesight::clips
