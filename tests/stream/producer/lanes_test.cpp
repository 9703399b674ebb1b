#include "stream/producer/lanes.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>

#include "stream/producer/scripted_sink.h"
#include "support/fake_clock.h"
#include "support/replay.h"

namespace kinesight::stream {
namespace {

Outgoing record(int number, int keys) {
  return {"key" + std::to_string(number % keys), std::to_string(number)};
}

TEST(LanesTest, EachRecordIsTakenOnceAndInTheOrderOfItsKey) {
  Rng rng(support::replay_seed());
  support::FakeClock clock;
  ScriptedSink sink;
  sink.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (auto& outcome : outcomes)
      if (rng.chance(0.3)) outcome = throttled();
    return outcomes;
  };
  Lanes lanes({.in_flight = 3, .strict_order = true}, sink, clock, Rng(1),
              [](const Outgoing&, const Error&) {});
  constexpr int count = 5000;
  for (int i = 0; i < count; ++i) ASSERT_TRUE(lanes.push(record(i, 50), {}));
  ASSERT_TRUE(lanes.close({}));
  std::map<std::string, int> last;
  for (const auto& [key, data] : sink.taken()) {
    const int number = std::stoi(data);
    EXPECT_TRUE(!last.contains(key) || last[key] < number) << key;
    last[key] = number;
  }
  EXPECT_EQ(sink.taken().size(), static_cast<std::size_t>(count));
  EXPECT_EQ(lanes.counts().taken, static_cast<std::uint64_t>(count));
}

TEST(LanesTest, ARecordGoesWithoutAnotherAfterIt) {
  ScriptedSink sink;
  std::atomic<int> requests = 0;
  sink.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    ++requests;
    requests.notify_all();
    return std::vector<aws::PutOutcome>(records.size());
  };
  Lanes lanes({.linger_ms = 0}, sink, Clock::system(), Rng(1), [](const Outgoing&, const Error&) {});
  ASSERT_TRUE(lanes.push(record(1, 1), {}));
  requests.wait(0);  // Or for ever.
  ASSERT_TRUE(lanes.close({}));
  EXPECT_EQ(sink.taken().size(), 1u);
}

TEST(LanesTest, WhatEndsALaneEndsAllAndIsTold) {
  support::FakeClock clock;
  ScriptedSink sink;
  sink.answer = [](std::span<const aws::PutRecord>) -> ScriptedSink::Answer {
    return failed(ErrorKind::denied);
  };
  Lanes lanes({.linger_ms = 0, .in_flight = 2}, sink, clock, Rng(1), [](const Outgoing&, const Error&) {});
  Result<> pushed;
  for (int i = 0; pushed; ++i) pushed = lanes.push(record(i, 50), {});  // Sooner or later.
  EXPECT_EQ(pushed.error().kind, ErrorKind::denied);
  EXPECT_EQ(lanes.close({}).error().kind, ErrorKind::denied);
}

TEST(LanesTest, AFullLaneHoldsBackWhoPushesUntilAStop) {
  support::FakeClock clock;
  ScriptedSink sink;
  std::atomic<bool> busy = false, open = false;
  sink.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    busy = true;
    busy.notify_all();
    open.wait(false);
    return std::vector<aws::PutOutcome>(records.size());
  };
  constexpr int room = 500;
  Lanes lanes({.batch_records = room, .in_flight = 1}, sink, clock, Rng(1),
              [](const Outgoing&, const Error&) {});
  for (int i = 0; i < room; ++i) ASSERT_TRUE(lanes.push(record(i, 1), {}));
  busy.wait(false);
  for (int i = room; i < 2 * room; ++i) ASSERT_TRUE(lanes.push(record(i, 1), {}));  // Now the queue is full.
  std::stop_source stop;
  stop.request_stop();
  const auto pushed = lanes.push(record(0, 1), stop.get_token());
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind, ErrorKind::cancelled);
  open = true;
  open.notify_all();
  ASSERT_TRUE(lanes.close({}));
  EXPECT_EQ(sink.taken().size(), 2u * room);
}

}  // namespace
}  // namespace kinesight::stream
