// Drains over an outbox whose sinks do whatever a sink can do, in thousands of entries and many restarts:
// nothing is lost, everything is accounted for.
#include <thread>

#include "base/rng.h"
#include "publish/outbox/drain.h"
#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish {
namespace {

/// A sink with moods, by a seed.
class MoodySink {
 public:
  explicit MoodySink(std::uint64_t seed) : rng_(seed) {}

  BatchResult answer(std::span<const Entry* const> batch) {
    std::lock_guard lock(mutex_);
    const int mood = calm_ ? 9 : rng_.integer(0, 9);
    if (mood == 0) return FakeSink::failed(ErrorKind::unavailable);
    if (mood == 1) {  // The answer is lost on its way, after some or all of it arrived.
      for (const Entry* entry : batch) {
        if (!is_poison(*entry) && rng_.chance(0.5)) take(*entry);
      }
      return FakeSink::failed(ErrorKind::unavailable, true);
    }
    if (mood == 2 && std::ranges::any_of(batch, [](const Entry* entry) { return is_poison(*entry); }))
      return FakeSink::failed(ErrorKind::invalid);
    BatchResult result;
    for (const Entry* entry : batch) result.outcomes.push_back(outcome(*entry));
    return result;
  }

  void calm_down() {
    std::lock_guard lock(mutex_);
    calm_ = true;
  }
  static bool is_poison(const Entry& entry) { return entry.name.ends_with("9"); }
  /// The names in the order of their first arrival, by key, and how often each arrived.
  std::map<std::string, std::vector<std::string>> order() const { return order_; }
  std::map<std::string, int> arrivals() const { return arrivals_; }

 private:
  Outcome outcome(const Entry& entry) {
    if (is_poison(entry)) return {.verdict = Verdict::refused, .error = {ErrorKind::invalid, "poison"}};
    const std::string shard = entry.key < "camera-3" ? "shard-1" : "shard-2";
    const int dice = calm_ ? 19 : rng_.integer(0, 19);
    if (dice == 0)
      return {.verdict = Verdict::throttled, .part = shard, .error = {ErrorKind::throttled, "slow"}};
    if (dice == 1) return {.verdict = Verdict::again, .error = {ErrorKind::unavailable, "failure"}};
    if (dice == 2) {
      if (rng_.chance(0.5)) take(entry);
      return {.verdict = Verdict::again, .uncertain = true, .error = {ErrorKind::unavailable, "cut"}};
    }
    take(entry);
    return {.part = shard};
  }

  void take(const Entry& entry) {
    if (++arrivals_[entry.name] == 1) order_[entry.key].push_back(entry.name);
  }

  mutable std::mutex mutex_;
  Rng rng_;
  bool calm_ = false;
  std::map<std::string, std::vector<std::string>> order_;
  std::map<std::string, int> arrivals_;
};

class DrainModelTest : public testing::Test {
 protected:
  static constexpr int kEntries = 3000;

  void open() {
    outbox_ = Outbox::open(folder_.path(), options_, {"kds"}, {}, telemetry_, Clock::system()).value();
  }
  std::unique_ptr<Drain> drain(FakeSink& sink, std::uint64_t seed) {
    const DrainPolicy policy{.base_backoff_ms = 1, .max_backoff_ms = 5, .window_entries = 300};
    return std::make_unique<Drain>(outbox_->spool(Stream::events, "kds"),
                                   std::make_unique<FakeDelivery>(sink), policy, telemetry_, Clock::system(),
                                   Rng(seed));
  }
  /// Appends entries of six cameras, from two threads.
  std::jthread append(int first) {
    return std::jthread([this, first] {
      for (int i = first; i < first + kEntries / 2; ++i) {
        const auto entry = make_entry(std::to_string(i), "camera-" + std::to_string(i % 6));
        ASSERT_TRUE(outbox_->append(Stream::events, {&entry, 1}, {}));
      }
    });
  }
  void run(const BatchLimits& limits, std::uint64_t seed);

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  config::OutboxOptions options_{.durability = config::Durability::process};
  std::unique_ptr<Outbox> outbox_;
};

void DrainModelTest::run(const BatchLimits& limits, std::uint64_t seed) {
  MoodySink moody(seed);
  FakeSink sink;
  sink.limits = limits;
  sink.answer_with([&](auto batch) { return moody.answer(batch); });
  open();
  {
    const auto one = append(0);
    const auto two = append(kEntries / 2);
    for (int restart = 0; restart < 5; ++restart) {
      const auto draining = drain(sink, seed + static_cast<std::uint64_t>(restart));
      ASSERT_TRUE(sink.await_requests(sink.requests().size() + 20));
    }
  }
  outbox_.reset();
  open();
  moody.calm_down();
  const auto last = drain(sink, seed);
  const auto flushed = last->flush(kPatience);
  ASSERT_TRUE(flushed) << flushed.error().message;

  const auto account = view_outbox(folder_.path()).value().at(0);
  const auto arrivals = moody.arrivals();
  EXPECT_EQ(account.accepted, static_cast<std::uint64_t>(kEntries));
  EXPECT_EQ(account.dead, static_cast<std::uint64_t>(kEntries / 10)) << "all that is poison";
  EXPECT_EQ(account.delivered, static_cast<std::uint64_t>(kEntries - kEntries / 10));
  EXPECT_EQ(account.waiting + account.dropped, 0u);
  EXPECT_EQ(arrivals.size(), account.delivered);
  std::uint64_t duplicates = 0;
  for (const auto& [name, count] : arrivals) duplicates += static_cast<std::uint64_t>(count - 1);
  EXPECT_LE(duplicates, account.uncertain);
  EXPECT_GT(duplicates, 0u) << "or the sink was too kind";
  EXPECT_EQ(DeadLetters::open(folder_.path())->list("", kEntries).value().size(), account.dead);
  EXPECT_FALSE(sink.overlapped()) << "two requests at once held entries of one key";
  if (!limits.one_per_key) return;
  // What one thread appended for a camera arrived in that order.
  for (const auto& [key, names] : moody.order()) {
    std::map<bool, int> newest;
    for (const auto& name : names) {
      const int number = std::stoi(name);
      auto& before = newest[number < kEntries / 2];
      EXPECT_LE(before, number) << key;
      before = number;
    }
  }
}

TEST_F(DrainModelTest, LosesNothingInBatches) {
  run({.entries = 40, .linger = std::chrono::milliseconds(1), .in_flight = 3}, test_seed());
}

TEST_F(DrainModelTest, KeepsOrderWithOneOfAKeyInARequest) {
  run({.entries = 6, .in_flight = 3, .one_per_key = true}, test_seed());
}

TEST_F(DrainModelTest, LosesNothingOneByOne) { run({.entries = 1, .in_flight = 4}, test_seed()); }

}  // namespace
}  // namespace kinesight::publish
