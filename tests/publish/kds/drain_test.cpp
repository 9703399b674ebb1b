// Events on their way through a drain into a Kinesis that fails in every way: all arrive, only what failed is
// sent again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>

#include "publish/kds/aggregation.h"
#include "publish/kds/kds_delivery.h"
#include "publish/kds/kinesis_peer.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/memory_spool.h"
#include "support/fake_clock.h"
#include "support/replay.h"
#include "support/telemetry_fixture.h"

namespace kinesight::publish {
namespace {

using support::KinesisPeer;
using support::PeerFault;
using support::PeerRecord;
using support::PeerVerdict;
using support::refusal;

constexpr auto kPatience = std::chrono::seconds(60);
constexpr const char* kThrottled = "ProvisionedThroughputExceededException";

/// The events in a record.
std::vector<std::string> events_in(const PeerRecord& record) {
  std::vector<std::string> events;
  for (const auto& user : deaggregate(record.key, record.data).records) events.emplace_back(user.data);
  return events;
}

class KdsDrainTest : public testing::Test {
 protected:
  KdsDrainTest() {
    options_.stream_name = "detection-events";
    options_.flush_interval_ms = 0;
    policy_.base_backoff_ms = 1;
    policy_.max_backoff_ms = 4;
  }

  void start(std::uint64_t seed = 1, Clock& clock = Clock::system()) {
    auto spool = std::make_unique<MemorySpool>(100'000, 64 * 1024 * 1024, clock);
    spool_ = spool.get();
    auto delivery = std::make_unique<KdsDelivery>(options_, support::kinesis_at(*session_));
    drain_ =
        std::make_unique<Drain>(std::move(spool), std::move(delivery), policy_, telemetry_, clock, Rng(seed));
  }
  void push(const std::string& camera, const std::string& event) {
    Entry entry;
    entry.key = camera;
    entry.name = event;
    entry.payload = event;
    ASSERT_TRUE(spool_->push({&entry, 1}, {}));
  }
  /// How often each event is in the stream.
  std::map<std::string, int> arrived() const {
    std::map<std::string, int> times;
    for (const auto& [shard, records] : peer_->stream()) {
      for (const auto& record : records) {
        for (const auto& event : events_in(record)) ++times[event];
      }
    }
    return times;
  }
  /// How often each event was sent.
  std::map<std::string, int> sent() const {
    std::map<std::string, int> times;
    for (const auto& records : peer_->requests()) {
      for (const auto& record : records) {
        for (const auto& event : events_in(record)) ++times[event];
      }
    }
    return times;
  }

  support::TelemetryFixture telemetry_;
  std::shared_ptr<KinesisPeer> peer_ = std::make_shared<KinesisPeer>();
  std::unique_ptr<aws::Session> session_ = support::session_to(peer_, Clock::system());
  KdsOptions options_;
  DrainPolicy policy_;
  MemorySpool* spool_ = nullptr;
  std::unique_ptr<Drain> drain_;
};

/// Faults of all kinds, and what they hit.
class Weather {
 public:
  explicit Weather(std::uint64_t seed) : rng_(seed) {}

  PeerVerdict verdict(const PeerRecord& record) {
    const double draw = rng_.uniform(0, 1);
    if (draw >= 0.20) return {};
    const bool throttled = draw < 0.10;
    hit(record, !throttled);
    if (throttled) return {.code = kThrottled};
    return {.code = "InternalFailure", .message = "Internal service failure.", .taken = rng_.chance(0.5)};
  }
  std::optional<PeerFault> fault(const std::vector<PeerRecord>& records) {
    const double draw = rng_.uniform(0, 1);
    if (draw >= 0.25) return std::nullopt;
    const bool unknown = draw >= 0.10;
    for (const auto& record : records) hit(record, unknown);
    if (draw < 0.05) return PeerFault{.status = 0, .sent = false};
    if (draw < 0.10) return refusal(400, kThrottled);
    if (draw < 0.15) return PeerFault{.status = 0, .taken = true};
    if (draw < 0.20) return PeerFault{.status = 200, .body = "<html>", .taken = true};
    return refusal(500, "InternalFailure");
  }
  /// How often each event met a fault.
  const std::map<std::string, int>& hits() const { return hits_; }
  /// How often an event met one that leaves open whether it is in the stream.
  std::uint64_t unknown() const { return unknown_; }

 private:
  void hit(const PeerRecord& record, bool unknown) {
    for (const auto& event : events_in(record)) {
      ++hits_[event];
      unknown_ += unknown;
    }
  }

  Rng rng_;
  std::uint64_t unknown_ = 0;
  std::map<std::string, int> hits_;
};

struct Mode {
  std::string name;
  bool aggregate = false;
  bool strict_order = false;
};

class KdsWeatherTest : public KdsDrainTest, public testing::WithParamInterface<Mode> {};

/// Events of one camera in the order in which they first arrived.
std::vector<int> first_arrivals(const std::vector<PeerRecord>& shard, const std::string& camera) {
  std::vector<int> numbers;
  std::set<std::string> seen;
  for (const auto& record : shard) {
    if (record.key != camera) continue;
    for (const auto& event : events_in(record)) {
      if (seen.insert(event).second) numbers.push_back(std::stoi(event.substr(event.find('#') + 1)));
    }
  }
  return numbers;
}

TEST_P(KdsWeatherTest, EverythingArrivesAndOnlyWhatFailedIsSentAgain) {
  constexpr int kCameras = 12;
  constexpr int kEvents = 600;
  const auto seed = support::replay_seed();
  Rng rng(seed);
  Weather weather(seed);
  peer_->verdict = [&](const PeerRecord& record) { return weather.verdict(record); };
  peer_->fault = [&](const auto& records) { return weather.fault(records); };
  options_.aggregate = GetParam().aggregate;
  options_.strict_order = GetParam().strict_order;
  options_.batch_size = rng.integer(1, 60);
  options_.max_in_flight = rng.integer(1, 4);
  start(seed);
  std::map<std::string, int> numbers;
  for (int i = 0; i < kEvents; ++i) {
    const auto camera = "camera-" + std::to_string(rng.integer(1, kCameras));
    push(camera, camera + "#" + std::to_string(numbers[camera]++));
  }
  const auto flushed = drain_->flush(kPatience);
  ASSERT_TRUE(flushed) << flushed.error().message;

  const auto counts = drain_->counts();
  const auto times = arrived();
  EXPECT_EQ(times.size(), kEvents) << "nothing is missing";
  EXPECT_EQ(counts.delivered, kEvents);
  EXPECT_EQ(counts.dead, 0u);
  std::uint64_t copies = 0;
  for (const auto& [event, count] : times) copies += static_cast<std::uint64_t>(count) - 1;
  EXPECT_LE(copies, counts.uncertain) << "each duplicate was foreseen and counted";
  EXPECT_EQ(counts.uncertain, weather.unknown());
  std::uint64_t again = 0;
  for (const auto& [event, count] : sent()) {
    const auto hit = weather.hits().find(event);
    const int failed = hit == weather.hits().end() ? 0 : hit->second;
    EXPECT_EQ(count, failed + 1) << event << " is sent again when it failed, and only then";
    again += static_cast<std::uint64_t>(failed);
  }
  EXPECT_EQ(counts.retried, again);
  EXPECT_EQ(counts.requests, peer_->requests().size());
  if (!GetParam().aggregate && !GetParam().strict_order) return;
  for (const auto& [camera, count] : numbers) {
    EXPECT_TRUE(std::ranges::is_sorted(first_arrivals(peer_->stream()[peer_->shard_of(camera)], camera)))
        << camera;
  }
}

INSTANTIATE_TEST_SUITE_P(Kds, KdsWeatherTest,
                         testing::Values(Mode{"Plain"}, Mode{"StrictOrder", false, true},
                                         Mode{"Aggregate", true}, Mode{"AggregateStrictOrder", true, true}),
                         [](const auto& test) { return test.param.name; });

TEST_F(KdsDrainTest, PoisonIsFoundAndBuriedAndTheRestArrives) {
  peer_->fault = [](const std::vector<PeerRecord>& records) -> std::optional<PeerFault> {
    const bool poisoned =
        std::ranges::any_of(records, [](const auto& record) { return record.data == "poison"; });
    return poisoned ? std::optional(refusal(400, "ValidationException")) : std::nullopt;
  };
  start();
  for (int i = 0; i < 100; ++i) push("camera-" + std::to_string(i % 7), "event " + std::to_string(i));
  push("camera-3", "poison");
  push("camera-3", std::string(aws::Kinesis::kMaxRecordBytes, 'x'));
  for (int i = 100; i < 200; ++i) push("camera-" + std::to_string(i % 7), "event " + std::to_string(i));
  ASSERT_TRUE(drain_->flush(kPatience));
  EXPECT_EQ(arrived().size(), 200u);
  EXPECT_THAT(arrived(), testing::Each(testing::Pair(testing::_, 1))) << "no event twice for another's fault";
  EXPECT_EQ(spool_->buried(), 2u);
  EXPECT_EQ(drain_->counts().dead, 2u);
  const auto tries = static_cast<std::size_t>(policy_.refusals);
  EXPECT_LE(peer_->requests().size(), 3 * tries * 9) << "it is looked for in halves";
}

TEST_F(KdsDrainTest, KeysOfAThrottledShardWaitAlone) {
  constexpr int kCameras = 40;
  support::FakeClock clock(1'700'000'000, support::FakeClock::Waiting::blocks);
  options_.batch_size = 10;
  options_.max_in_flight = 1;
  start(1, clock);
  const auto camera = [](int i) { return "camera-" + std::to_string(i); };
  for (int i = 0; i < kCameras; ++i) push(camera(i), "first of " + camera(i));
  ASSERT_TRUE(drain_->flush(kPatience)) << "now the drain knows each key's shard";

  const auto shard = peer_->shard_of(camera(0));
  std::size_t elsewhere = 0;
  for (int i = 0; i < kCameras; ++i) elsewhere += peer_->shard_of(camera(i)) != shard;
  ASSERT_GT(elsewhere, 0u);
  peer_->change([&](KinesisPeer& peer) {
    peer.verdict = [&, shard](const PeerRecord& record) {
      return peer.shard_of(record.key) == shard ? PeerVerdict{kThrottled, "Rate exceeded for shard " + shard}
                                                : PeerVerdict{};
    };
  });
  for (int i = 0; i < kCameras; ++i) push(camera(i), "second of " + camera(i));
  ASSERT_TRUE(peer_->wait_until([&] { return arrived().size() == kCameras + elsewhere; }))
      << "the others' events do not wait";
  int requests = 0;
  for (const auto& records : peer_->requests()) {
    requests += std::ranges::any_of(records, [&](const auto& record) {
      return record.data.starts_with("second") && peer_->shard_of(record.key) == shard;
    });
  }
  EXPECT_EQ(requests, 1) << "until time has passed, the shard is left in peace";

  peer_->change([](KinesisPeer& peer) { peer.verdict = {}; });
  auto flushed = std::async(std::launch::async, [&] { return drain_->flush(kPatience); });
  clock.await_waiters();
  clock.advance_seconds(25);
  EXPECT_TRUE(flushed.get());
  EXPECT_EQ(arrived().size(), 2u * kCameras);
  EXPECT_THAT(arrived(), testing::Each(testing::Pair(testing::_, 1)));
}

}  // namespace
}  // namespace kinesight::publish
