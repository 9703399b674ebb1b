// The drain and sinks that fail: what waits, what is sent again, what is given up, and who is told.
#include "publish/outbox/drain_fixture.h"
#include "publish/outbox/jitter.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Batch = std::span<const Entry* const>;

const Outcome kAgain{.verdict = Verdict::again, .error = {ErrorKind::unavailable, "not now"}};
const Outcome kRefused{.verdict = Verdict::refused, .error = {ErrorKind::invalid, "never"}};

Outcome throttled(const std::string& part) {
  return {.verdict = Verdict::throttled, .part = part, .error = {ErrorKind::throttled, "too often"}};
}

TEST_F(DrainTest, AFlushThatTakesTooLongSaysWhy) {
  policy_.max_retries = 0;
  sink_.answer_with([](Batch) { return FakeSink::failed(ErrorKind::unavailable); });
  start();
  push(make_entries(1, 1));
  ASSERT_TRUE(sink_.await_requests(1));
  clock_.await_waiters();
  const auto flushed = drain_->flush(std::chrono::milliseconds(1));
  ASSERT_FALSE(flushed);
  EXPECT_EQ(flushed.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(flushed.error().message, HasSubstr("the sink says no"));
}

TEST_F(DrainTest, AKeyWhoseEntryFailedWaitsWhileOthersGoOn) {
  sink_.limits = {.entries = 1};
  std::atomic<int> failures = 0;
  sink_.answer_with([&](Batch batch) {
    return FakeSink::all(batch, batch[0]->name == "a1" && failures++ < 1 ? kAgain : Outcome{});
  });
  start();
  push({{"a1", "a"}, {"a2", "a"}, {"b1", "b"}, {"b2", "b"}});
  ASSERT_TRUE(sink_.await_taken(2));
  clock_.await_waiters();
  EXPECT_THAT(sink_.taken(), ElementsAre("b1", "b2"));
  clock_.advance(std::chrono::milliseconds(policy_.base_backoff_ms));
  ASSERT_TRUE(sink_.await_taken(4));
  EXPECT_THAT(sink_.taken(), ElementsAre("b1", "b2", "a1", "a2"));
  flush();
  EXPECT_EQ(drain_->counts().retried, 1u);
}

TEST_F(DrainTest, WhatASinkDoesNotWantIsDoneAndIsNoDelivery) {
  sink_.answer_with([](Batch batch) {
    return FakeSink::all(batch, batch[0]->name == "a1" ? Outcome{.verdict = Verdict::unwanted} : Outcome{});
  });
  sink_.limits = {.entries = 1};
  start();
  push({{"a1", "a"}, {"a2", "a"}});
  flush();
  EXPECT_EQ(drain_->counts().unwanted, 1u);
  EXPECT_EQ(drain_->counts().delivered, 1u);
}

TEST_F(DrainTest, ASinkIsLeftAloneForAsLongAsItAsks) {
  std::atomic<bool> busy = true;
  sink_.answer_with([&](Batch batch) {
    if (!busy) return FakeSink::all(batch, {});
    return BatchResult{.whole = Error{ErrorKind::throttled, "come back in a minute"},
                       .leave_alone = std::chrono::seconds(60)};
  });
  start();
  push(make_entries(1, 1));
  ASSERT_TRUE(sink_.await_requests(1));
  clock_.await_waiters();
  busy = false;
  clock_.advance(std::chrono::seconds(59));
  clock_.await_waiters();
  EXPECT_EQ(sink_.requests().size(), 1u);
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(sink_.await_taken(1));
}

TEST_F(DrainTest, OnlyWhatFailedIsSentAgain) {
  sink_.limits = {.entries = 3};
  std::atomic<int> requests = 0;
  sink_.answer_with([&](Batch batch) {
    auto result = FakeSink::all(batch, {});
    if (requests++ == 0) result.outcomes[1] = kAgain;
    return result;
  });
  start();
  push({{"a", "a"}, {"b", "b"}, {"c", "c"}});
  flush();
  EXPECT_THAT(sink_.requests(), ElementsAre(ElementsAre("a", "b", "c"), ElementsAre("b")));
}

TEST_F(DrainTest, KeysOfAThrottledPartWaitTogetherWhileOthersGoOn) {
  sink_.limits = {.entries = 2};
  std::atomic<bool> full = false;
  sink_.answer_with([&](Batch batch) {
    BatchResult result;
    for (const Entry* entry : batch) {
      const std::string part = entry->key == "c" ? "shard-2" : "shard-1";
      result.outcomes.push_back(full && part == "shard-1" ? throttled(part) : Outcome{.part = part});
    }
    return result;
  });
  start();
  push({{"a1", "a"}, {"b1", "b"}, {"c1", "c"}});  // From here on it is known which shard takes which key.
  ASSERT_TRUE(sink_.await_taken(3));
  full = true;
  push({{"a2", "a"}});
  ASSERT_TRUE(sink_.await_requests(3));
  clock_.await_waiters();
  push({{"b2", "b"}, {"c2", "c"}});
  ASSERT_TRUE(sink_.await_taken(4));
  clock_.await_waiters();
  EXPECT_THAT(sink_.requests().back(), ElementsAre("c2")) << "b waits with a, though it never failed";
  full = false;
  clock_.advance(std::chrono::milliseconds(policy_.base_backoff_ms));
  ASSERT_TRUE(sink_.await_taken(6));
  EXPECT_THAT(sink_.requests().back(), ElementsAre("a2", "b2"));
  EXPECT_THAT(telemetry_.health.reasons(), IsEmpty());
}

TEST_F(DrainTest, ASinkThatIsAwayIsReportedOnceAndComesBack) {
  policy_.max_retries = 2;
  sink_.limits = {.entries = 1, .in_flight = 3};
  std::atomic<bool> away = true;
  sink_.answer_with([&](Batch batch) {
    return away ? FakeSink::failed(ErrorKind::unavailable) : FakeSink::all(batch, {});
  });
  start();
  push({{"a", "a"}, {"b", "b"}, {"c", "c"}, {"d", "d"}});
  pass_time_until([&] { return telemetry_.health.state() == telemetry::HealthState::degraded; });
  EXPECT_THAT(telemetry_.health.reasons(), ElementsAre("publisher kds: the sink says no"));
  const auto& failures = telemetry::kPublisherFailures;
  pass_time_until([&] { return telemetry_.metrics.value(failures, {"kds"}) >= 5; });
  const auto before = sink_.requests().size();
  EXPECT_LE(before, 14u) << "while it fails, one request at a time finds out whether it still does";
  away = false;
  pass_time_until([&] { return sink_.taken().size() == 4; });
  pass_time_until([&] { return telemetry_.health.state() == telemetry::HealthState::ok; });
  flush();
  EXPECT_EQ(drain_->counts().delivered, 4u);
  EXPECT_EQ(drain_->counts().uncertain, 0u);
}

TEST(JitterTest, PausesGrowUpToTheirLimit) {
  outbox::Jitter jitter(100, 1000, Rng(7));
  for (const auto& [failures, most] : std::map<int, double>{{1, 0.1}, {2, 0.2}, {4, 0.8}, {5, 1}, {500, 1}}) {
    double longest = 0;
    double shortest = 1;
    for (int i = 0; i < 1000; ++i) {
      const double pause = to_seconds(jitter.after(failures));
      longest = std::max(longest, pause);
      shortest = std::min(shortest, pause);
    }
    EXPECT_LE(longest, most) << failures;
    EXPECT_GT(longest, most * 0.95) << failures;
    EXPECT_LT(shortest, most * 0.05) << failures;
  }
}

TEST_F(DrainTest, FindsThePoisonInAnInvalidRequest) {
  sink_.limits = {.entries = 128};
  policy_.refusals = 2;
  sink_.answer_with([](Batch batch) {
    const bool poisoned = std::ranges::any_of(batch, [](const Entry* entry) { return entry->name == "77"; });
    return poisoned ? FakeSink::failed(ErrorKind::invalid) : FakeSink::all(batch, {});
  });
  start();
  push(make_entries(0, 128));
  flush();
  auto expected = numbers(0, 128);
  std::erase(expected, "77");
  EXPECT_EQ(sink_.taken(), expected) << "in order, but for the poison";
  EXPECT_EQ(drain_->counts().dead, 1u);
  EXPECT_EQ(spool_->buried(), 1u);
  EXPECT_EQ(sink_.requests().size(), 1 + 2 * 7 + 1u) << "one, two for each halving, one more try";
  EXPECT_THAT(sink_.requests().back(), ElementsAre("77")) << "a suspect goes alone";
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kDeadLetters, {"kds"}), 1);
}

TEST_F(DrainTest, ASinkThatGoesAwayWhileItIsHalvedKeepsWhatItTook) {
  sink_.limits = {.entries = 4};
  std::atomic<int> requests = 0;
  sink_.answer_with([&](Batch batch) {
    const int number = ++requests;
    if (number == 1) return FakeSink::failed(ErrorKind::invalid);
    if (number == 3) return FakeSink::failed(ErrorKind::unavailable);
    return FakeSink::all(batch, {});
  });
  start();
  push(make_entries(1, 4));
  flush();
  EXPECT_EQ(sink_.taken(), numbers(1, 4));
  EXPECT_THAT(sink_.requests(),
              ElementsAre(SizeIs(4), ElementsAre("1", "2"), ElementsAre("3", "4"), ElementsAre("3", "4")));
}

TEST_F(DrainTest, AnEntryThatIsRefusedTooOftenIsBuriedAndTheNextOfItsKeyGoesOn) {
  sink_.limits = {.entries = 10};
  policy_.refusals = 3;
  sink_.answer_with([](Batch batch) {
    auto result = FakeSink::all(batch, {});
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i]->name == "bad") result.outcomes[i] = kRefused;
    }
    return result;
  });
  start();
  push({{"bad", "a"}, {"a2", "a"}, {"b1", "b"}});
  flush();
  EXPECT_THAT(sink_.taken(), testing::UnorderedElementsAre("a2", "b1"));
  EXPECT_EQ(drain_->counts().dead, 1u);
  EXPECT_EQ(std::ranges::count_if(sink_.requests(),
                                  [](const auto& names) { return std::ranges::count(names, "bad") > 0; }),
            3);
  EXPECT_THAT(telemetry_.health.reasons(), IsEmpty()) << "the sink is well";
}

TEST_F(DrainTest, CountsWhatMayHaveArrivedTwice) {
  sink_.limits = {.entries = 2};
  std::atomic<int> requests = 0;
  sink_.answer_with([&](Batch batch) {
    switch (++requests) {
      case 1:
        return FakeSink::failed(ErrorKind::unavailable, true);  // Both may be there.
      case 2:
        return FakeSink::failed(ErrorKind::unavailable, false);  // This time they are surely not.
      case 3: {
        auto result = FakeSink::all(batch, {});
        result.outcomes[1] = kAgain;
        result.outcomes[1].uncertain = true;
        return result;
      }
      default:
        return FakeSink::all(batch, {});
    }
  });
  start();
  push({{"a", "a"}, {"b", "b"}});
  flush();
  EXPECT_EQ(drain_->counts().uncertain, 3u) << "both once, then b once more";
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kPublishUncertain, {"kds"}), 3);
}

TEST_F(DrainTest, ADeliveryThatBreaksItsContractIsAFailureOfTheSink) {
  policy_.max_retries = 0;
  std::atomic<int> requests = 0;
  sink_.answer_with([&](Batch batch) -> BatchResult {
    switch (++requests) {
      case 1:
        throw std::runtime_error("a library threw");
      case 2:
        return {};  // No outcomes at all.
      default:
        return FakeSink::all(batch, {});
    }
  });
  start();
  push(make_entries(1, 3));
  flush();
  EXPECT_EQ(sink_.taken(), numbers(1, 3));
  EXPECT_EQ(drain_->counts().uncertain, 6u) << "nobody knows how far it came";
}

/// A spool whose disk is full or broken for a while.
class FailingSpool final : public Spool {
 public:
  FailingSpool(MemorySpool& spool, std::atomic<bool>& fails) : spool_(spool), fails_(fails) {}
  Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) override {
    return fails_ ? failure() : spool_.read(max_entries, max_bytes, into);
  }
  void wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) override {
    spool_.wait(enough, deadline, std::move(stop));
  }
  std::uint64_t last() const override { return spool_.last(); }
  Result<> sending(std::span<const std::uint64_t>) override { return fails_ ? failure() : Result<>(); }
  Result<> settle(std::span<const std::uint64_t>, std::span<const std::uint64_t>) override {
    return fails_ ? failure() : Result<>();
  }
  Result<> bury(const Entry& entry, const Error& error, int tries) override {
    return fails_ ? failure() : spool_.bury(entry, error, tries);
  }
  bool maybe_sent(std::uint64_t) const override { return false; }
  std::uint64_t dropped() const override { return 0; }

 private:
  static Result<> failure() { return fail(ErrorKind::unavailable, "the disk is full"); }
  MemorySpool& spool_;
  std::atomic<bool>& fails_;
};

TEST_F(DrainTest, AnOutboxThatCannotBeWrittenIsReportedAndNothingIsLost) {
  MemorySpool spool(1000, 1 << 20, clock_);
  std::atomic<bool> fails = false;
  policy_.max_retries = 1;
  policy_.refusals = 1;
  sink_.limits = {.entries = 4};
  sink_.answer_with([&](Batch batch) {
    auto result = FakeSink::all(batch, {});
    if (batch[0]->name == "1") {
      result.outcomes[0] = kRefused;
      fails = true;  // From now on: what is refused cannot be buried.
    }
    return result;
  });
  drain_ =
      std::make_unique<Drain>(std::make_unique<FailingSpool>(spool, fails),
                              std::make_unique<FakeDelivery>(sink_), policy_, telemetry_, clock_, Rng(7));
  auto entries = make_entries(1, 8);
  ASSERT_TRUE(spool.push(entries, {}));
  pass_time_until([&] { return telemetry_.health.state() == telemetry::HealthState::degraded; });
  EXPECT_THAT(telemetry_.health.reasons().at(0), HasSubstr("the disk is full"));
  EXPECT_EQ(spool.buried(), 0u);
  sink_.answer_with(
      [](Batch batch) { return FakeSink::all(batch, batch[0]->name == "1" ? kRefused : Outcome{}); });
  fails = false;
  flush();
  pass_time_until([&] { return telemetry_.health.state() == telemetry::HealthState::ok; });
  EXPECT_EQ(spool.buried(), 1u);
  EXPECT_THAT(sink_.taken(), testing::UnorderedElementsAreArray(numbers(2, 7)));
  drain_.reset();  // It uses the spool of this test.
}

}  // namespace
}  // namespace kinesight::publish
