// A drain over a spool in memory and a sink that does as it is told, on a clock that the test moves.
#pragma once

#include <memory>
#include <thread>

#include "publish/outbox/drain.h"
#include "publish/outbox/memory_spool.h"
#include "publish/outbox/outbox_fixture.h"

namespace kinesight::publish {

class DrainTest : public testing::Test {
 protected:
  ~DrainTest() override { sink_.hold(false); }

  void start() {
    auto spool = std::make_unique<MemorySpool>(100'000, 1 << 30, clock_);
    spool_ = spool.get();
    drain_ = std::make_unique<Drain>(std::move(spool), std::make_unique<FakeDelivery>(sink_), policy_,
                                     telemetry_, clock_, Rng(7));
  }
  void push(std::vector<Entry> entries) { ASSERT_TRUE(spool_->push(entries, {})); }
  void push(const std::vector<std::pair<std::string, std::string>>& names_and_keys) {
    std::vector<Entry> entries;
    for (const auto& [name, key] : names_and_keys) entries.push_back(make_entry(name, key));
    push(std::move(entries));
  }
  /// Lets time go on whenever the drain waits for it, until `done`.
  template <class Done>
  void pass_time_until(Done done) {
    while (!done()) {
      clock_.advance(std::chrono::milliseconds(50));
      std::this_thread::yield();
    }
  }
  void flush() {
    std::jthread time(
        [this](const std::stop_token& stop) { pass_time_until([&] { return stop.stop_requested(); }); });
    const auto flushed = drain_->flush(kPatience);
    ASSERT_TRUE(flushed) << flushed.error().message;
  }

  support::FakeClock clock_{kStart, support::FakeClock::Waiting::blocks};
  support::TelemetryFixture telemetry_;
  FakeSink sink_;
  DrainPolicy policy_;
  MemorySpool* spool_ = nullptr;
  std::unique_ptr<Drain> drain_;
};

}  // namespace kinesight::publish
