#include "clips/scheduler/scheduler.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <random>

#include "clips/support/fake_cache.h"
#include "clips/support/fake_streams.h"
#include "clips/task.h"
#include "support/fake_broker.h"
#include "support/fake_clock.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::clips {
namespace {

using Fate = support::FakeBroker::Fate;

const std::string kTasks = "S2_PROCESSING_QUEUE";
constexpr double kNow = 1'772'116'225;  // 14:30:25.
const Error kAway{ErrorKind::unavailable, "away"};

struct SchedulerTest : testing::Test {
  support::FakeClock clock{kNow};
  support::TelemetryFixture telemetry;
  support::TempFolder folder;
  FakeStreams streams;
  FakeCache cache{clock};
  support::FakeBroker broker;
  SchedulerOptions options;

  SchedulerTest() {
    broker.make_queue(kTasks);
    streams.on_list = [] {
      std::vector<aws::VideoStream> all;
      for (const std::string name : {"front", "yard"}) {
        all.push_back({.name = name, .arn = "arn:" + name, .status = "ACTIVE", .retention_hours = 1});
      }
      return all;
    };
  }

  /// A service that has just started: its scheduler, and all that this needs.
  struct Replica {
    Replica(SchedulerTest& test, bool with_cache)
        : shared(with_cache ? &test.cache : nullptr),
          discovery(test.streams, shared, std::chrono::minutes(5), test.clock, test.telemetry),
          ledger(with_cache ? cache_ledger(test.cache)
                            : file_ledger(test.folder.path() / "schedule.json",
                                          [&test] { return test.clock.wall_ms(); })
                                  .value()),
          scheduler({discovery, *ledger, test.broker, shared, test.clock, test.telemetry}, test.options,
                    kTasks) {}
    int look() { return scheduler.look({}); }

    Cache* shared;
    Discovery discovery;
    std::unique_ptr<Ledger> ledger;
    Scheduler scheduler;
  };

  std::map<std::string, std::vector<Task>> tasks() {
    std::map<std::string, std::vector<Task>> tasks;
    for (const auto& message : broker.messages(kTasks)) {
      auto task = parse_task(message.body).value();
      tasks[task.camera_id].push_back(std::move(task));
    }
    return tasks;
  }
};

/// One after the other, without a gap, each of its own process.
void expect_end_to_end(const std::vector<Task>& tasks) {
  std::map<std::int64_t, std::int64_t> process_of;
  std::int64_t end = 0;
  for (const auto& task : tasks) {
    const auto [known, is_new] = process_of.emplace(task.start_ms, task.process_id);
    EXPECT_EQ(known->second, task.process_id) << "a clip that is asked for twice is one process";
    if (!is_new) continue;
    if (end != 0) {
      EXPECT_EQ(task.start_ms, end);
    }
    end = task.end_ms;
    EXPECT_EQ(task.end_ms - task.start_ms, 60'000);
  }
}

TEST_F(SchedulerTest, TheNewestWholeClipOfEachActiveCameraIsDueFirst) {
  Replica one(*this, true);
  EXPECT_EQ(one.look(), 2);
  EXPECT_EQ(one.look(), 0);
  const auto sent = tasks();
  ASSERT_EQ(sent.size(), 2U);
  EXPECT_EQ(sent.at("front")[0].start_ms, 1'772'116'140'000);  // 14:29 to 14:30.
  EXPECT_EQ(sent.at("front")[0].stream_arn, "arn:front");
  EXPECT_NE(sent.at("front")[0].process_id, sent.at("yard")[0].process_id);
}

TEST_F(SchedulerTest, WithoutRedisAFileKeepsTheClipsTogether) {
  for (int i = 0; i < 20; ++i) {
    Replica(*this, false).look();
    clock.advance_seconds(i % 3 == 0 ? 130 : 47);
  }
  const auto sent = tasks();
  for (const auto& [camera, of_it] : sent) {
    EXPECT_GE(of_it.size(), 20U) << camera;
    expect_end_to_end(of_it);
  }
}

TEST_F(SchedulerTest, OfSeveralReplicasOneSchedulesAndAnotherTakesOver) {
  options.interval_seconds = 60;
  auto one = std::make_unique<Replica>(*this, true);
  Replica other(*this, true);
  EXPECT_EQ(one->look(), 2);
  for (int i = 0; i < 5; ++i) {
    clock.advance_seconds(60);
    EXPECT_EQ(other.look(), 0);
    EXPECT_EQ(one->look(), 2);
  }
  one.reset();  // It is killed: its lock ends by itself.
  clock.advance_seconds(200);
  EXPECT_EQ(other.look(), 6);
  for (const auto& [camera, sent] : tasks()) expect_end_to_end(sent);
}

TEST_F(SchedulerTest, ATaskWhoseConfirmWasLostIsSentAgainAsTheSame) {
  Replica one(*this, true);
  broker.next_fates({Fate::taken_then_lost});
  one.look();
  one.look();
  const auto sent = tasks();
  ASSERT_EQ(sent.at("front").size(), 2U);
  EXPECT_EQ(to_json(sent.at("front")[0]), to_json(sent.at("front")[1]));
  EXPECT_EQ(sent.at("yard").size(), 1U);
}

TEST_F(SchedulerTest, WhileRedisIsAwayNobodySchedulesAndAfterwardsNothingIsMissing) {
  Replica one(*this, true), other(*this, true);
  one.look();
  cache.fail_with(kAway);
  for (int i = 0; i < 5; ++i) {
    clock.advance_seconds(60);
    EXPECT_EQ(one.look() + other.look(), 0);
  }
  cache.fail_with({});
  EXPECT_EQ(one.look() + other.look(), 10);
  for (const auto& [camera, sent] : tasks()) expect_end_to_end(sent);
  EXPECT_GE(telemetry.metrics.value(telemetry::kScheduleFailures, {}), 5);
}

TEST_F(SchedulerTest, WhatIsTooLongAgoIsLeftOutAndCounted) {
  options.catch_up_seconds = 600;
  Replica one(*this, true);
  one.look();
  clock.advance_seconds(7200);
  const int sent = one.look();
  EXPECT_GE(sent, 20);
  EXPECT_LE(sent, 22);
  EXPECT_NEAR(telemetry.metrics.value(telemetry::kClipsSkipped, {"front"}), 109, 2);
}

TEST_F(SchedulerTest, WhateverFailsEachClipIsAskedFor) {
  std::mt19937_64 random(support::replay_seed());
  broker.decide([&](const std::string&, const Message&) {
    const auto dice = random() % 6;
    return dice == 0 ? Fate::unavailable : dice == 1 ? Fate::taken_then_lost : Fate::confirmed;
  });
  auto one = std::make_unique<Replica>(*this, true);
  for (int i = 0; i < 300; ++i) {
    cache.fail_with(random() % 7 == 0 ? std::optional(kAway) : std::nullopt);
    if (random() % 10 == 0) one = std::make_unique<Replica>(*this, true);
    one->look();
    clock.advance_seconds(static_cast<double>(random() % 90));
  }
  const auto sent = tasks();
  ASSERT_EQ(sent.size(), 2U);
  for (const auto& [camera, of_it] : sent) {
    EXPECT_GT(of_it.size(), 150U);
    expect_end_to_end(of_it);
  }
}

TEST_F(SchedulerTest, AScheduleThatIsNoneIsSaidSo) {
  std::ofstream(folder.path() / "schedule.json") << "[1, 2]";
  const auto ledger = file_ledger(folder.path() / "schedule.json", [] { return 1; });
  ASSERT_FALSE(ledger);
  EXPECT_EQ(ledger.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace kinesight::clips
