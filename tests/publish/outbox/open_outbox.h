// An outbox in a folder of the test's own, and what tests do with it.
#pragma once

#include <fstream>
#include <memory>
#include <thread>

#include "publish/outbox/outbox_fixture.h"
#include "publish/outbox/segment.h"

namespace kinesight::publish {

class OutboxTest : public testing::Test {
 protected:
  OutboxTest() { options_.durability = config::Durability::process; }

  void open(std::vector<std::string> sinks = {"kds"}) {
    outbox_.reset();
    auto opened = try_open(std::move(sinks));
    ASSERT_TRUE(opened) << opened.error().message;
    outbox_ = std::move(*opened);
  }
  Result<std::unique_ptr<Outbox>> try_open(std::vector<std::string> sinks) {
    return Outbox::open(folder_.path(), options_, std::move(sinks), {"s3"}, telemetry_, clock_);
  }
  void append(const std::vector<Entry>& entries, Stream stream = Stream::events) {
    const auto appended = outbox_->append(stream, entries, {});
    ASSERT_TRUE(appended) << appended.error().message;
  }
  std::unique_ptr<Spool> spool(const std::string& sink = "kds") {
    return outbox_->spool(Stream::events, sink);
  }
  static std::vector<Entry> read(Spool& spool, std::size_t count = 1000) {
    std::vector<Entry> entries;
    const auto done = spool.read(count, 1 << 30, entries);
    EXPECT_TRUE(done) << done.error().message;
    return entries;
  }
  static std::vector<std::uint64_t> sequences(std::span<const Entry> entries) {
    std::vector<std::uint64_t> found;
    for (const auto& entry : entries) found.push_back(entry.sequence);
    return found;
  }
  /// Sends `entries`, and the sink takes them.
  static void deliver(Spool& spool, std::span<const Entry> entries) {
    ASSERT_TRUE(spool.sending(sequences(entries)));
    ASSERT_TRUE(spool.settle(sequences(entries), {}));
  }
  /// The account of a sink; conserved, whatever happened.
  SinkAccount account(const std::string& sink = "kds") const {
    const auto accounts = view_outbox(folder_.path());
    EXPECT_TRUE(accounts) << accounts.error().message;
    for (const auto& account : *accounts) {
      EXPECT_EQ(account.accepted, account.delivered + account.waiting + account.dead + account.dropped);
      if (account.sink == sink) return account;
    }
    ADD_FAILURE() << "no account of " << sink;
    return {};
  }
  std::vector<std::filesystem::path> segments() const {
    std::vector<std::filesystem::path> paths;
    const auto listed = outbox::list_segments(folder_.path() / "outbox" / "events").value();
    for (const auto& file : listed) paths.push_back(file.path);
    return paths;
  }
  DeadLetters dead_letters() const { return std::move(DeadLetters::open(folder_.path()).value()); }

  support::TempFolder folder_;
  support::TelemetryFixture telemetry_;
  support::FakeClock clock_{kStart};
  config::OutboxOptions options_;
  std::unique_ptr<Outbox> outbox_;
};

}  // namespace kinesight::publish
