// The outbox as its users see it: sinks at their own speeds, restarts, full and damaged disks, dead letters.
#include "publish/outbox/outbox.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "publish/outbox/outbox_fixture.h"
#include "publish/outbox/segment.h"

namespace kinesight::publish {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

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

TEST_F(OutboxTest, HandsOutWhatWasAppendedInOrder) {
  open();
  append(make_entries(1, 3));
  append(make_entries(4, 2));
  const auto kds = spool();
  const auto entries = read(*kds, 4);
  EXPECT_EQ(names_of(entries), numbers(1, 4));
  EXPECT_EQ(entries[0].sequence, 1u);
  EXPECT_EQ(entries[0].accepted_ms, static_cast<std::int64_t>(kStart * 1000));
  EXPECT_EQ(entries[0].key, "front");
  EXPECT_EQ(entries[0].payload, make_entry("1").payload);
  EXPECT_EQ(names_of(read(*kds)), numbers(5, 1));
  EXPECT_THAT(read(*kds), IsEmpty());
  EXPECT_EQ(kds->last(), 5u);
}

TEST_F(OutboxTest, ReadsNoMoreBytesThanAskedForPlusOneEntry) {
  open();
  append(make_entries(1, 10, 100));
  std::vector<Entry> entries;
  ASSERT_TRUE(spool()->read(100, 250, entries));
  EXPECT_THAT(entries, SizeIs(3));
}

TEST_F(OutboxTest, EachSinkGoesAtItsOwnSpeed) {
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  const auto ddb = spool("ddb");
  append(make_entries(1, 10));
  deliver(*kds, read(*kds));
  EXPECT_EQ(names_of(read(*ddb, 2)), numbers(1, 2));
  EXPECT_EQ(account("kds").waiting, 0u);
  EXPECT_EQ(account("ddb").waiting, 10u);
  open({"kds", "ddb"});
  EXPECT_THAT(read(*spool("kds")), IsEmpty());
  EXPECT_EQ(names_of(read(*spool("ddb"))), numbers(1, 10));
}

TEST_F(OutboxTest, TheTwoLogsHaveNothingToDoWithEachOther) {
  open();
  append(make_entries(1, 2));
  append(make_entries(100, 3), Stream::snapshots);
  EXPECT_EQ(names_of(read(*outbox_->spool(Stream::snapshots, "s3"))), numbers(100, 3));
  EXPECT_EQ(names_of(read(*spool())), numbers(1, 2));
}

TEST_F(OutboxTest, WhatIsAcknowledgedOutOfOrderIsNeverSentAgain) {
  open();
  append(make_entries(1, 6));
  {
    const auto kds = spool();
    const auto entries = read(*kds);
    ASSERT_TRUE(kds->sending(sequences(entries)));
    ASSERT_TRUE(kds->settle(std::vector<std::uint64_t>{2, 4}, std::vector<std::uint64_t>{5}));
  }
  open();
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), (std::vector<std::string>{"1", "3", "5", "6"}));
  EXPECT_TRUE(kds->maybe_sent(1)) << "nobody said what became of it";
  EXPECT_TRUE(kds->maybe_sent(3));
  EXPECT_FALSE(kds->maybe_sent(5)) << "it is known that it did not arrive";
  EXPECT_TRUE(kds->maybe_sent(6));
  ASSERT_TRUE(kds->sending(std::vector<std::uint64_t>{1, 3, 5}));
  EXPECT_EQ(account().uncertain, 2u);
}

TEST_F(OutboxTest, ANewDrainGetsWhatTheOldOneHadInHand) {
  open();
  append(make_entries(1, 5));
  {
    const auto kds = spool();
    EXPECT_THAT(read(*kds), SizeIs(5));
    ASSERT_TRUE(kds->sending(std::vector<std::uint64_t>{1, 2}));
    ASSERT_TRUE(kds->settle(std::vector<std::uint64_t>{2}, {}));
  }
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), (std::vector<std::string>{"1", "3", "4", "5"}));
  EXPECT_TRUE(kds->maybe_sent(1));
}

TEST_F(OutboxTest, ANewSinkBeginsWithWhatComes) {
  open({"kds"});
  append(make_entries(1, 3));
  open({"kds", "ddb"});
  append(make_entries(4, 2));
  EXPECT_EQ(names_of(read(*spool("ddb"))), numbers(4, 2));
  EXPECT_EQ(names_of(read(*spool("kds"))), numbers(1, 5));
  EXPECT_EQ(account("ddb").accepted, 2u);
}

TEST_F(OutboxTest, ASinkThatIsGoneHoldsNothingBackAndIsCounted) {
  open({"kds", "ddb"});
  append(make_entries(1, 3));
  open({"kds"});
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kOutboxDropped, {"ddb"}), 3);
  EXPECT_THAT(view_outbox(folder_.path()).value(), SizeIs(2)) << "kds and s3";
  open({"kds", "ddb"});
  EXPECT_THAT(read(*spool("ddb")), IsEmpty());
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kOutboxDropped, {"ddb"}), 3);
}

TEST_F(OutboxTest, AnEntryForOneSinkIsNotSeenByTheOther) {
  open({"kds", "ddb"});
  auto entries = make_entries(1, 4);
  entries[1].sink = "ddb";
  entries[2].sink = "kds";
  append(entries);
  EXPECT_EQ(names_of(read(*spool("kds"))), (std::vector<std::string>{"1", "3", "4"}));
  EXPECT_EQ(names_of(read(*spool("ddb"))), (std::vector<std::string>{"1", "2", "4"}));
  EXPECT_EQ(account("kds").accepted, 3u);
  entries[0].sink = "nobody";
  const auto refused = outbox_->append(Stream::events, entries, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

TEST_F(OutboxTest, ASecondProcessIsToldWhoHasIt) {
  open();
  const auto second = try_open({"kds"});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().message, HasSubstr("in use by process " + std::to_string(::getpid())));
}

TEST_F(OutboxTest, RefusesNamesThatAreNoFileNames) {
  const auto opened = try_open({"../kds"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
}

TEST_F(OutboxTest, AFullLogDropsTheOldestForEachSinkThatHasNotGotIt) {
  options_.max_bytes = 1024 * 1024;
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  for (int i = 0; i < 150; ++i) append(make_entries(10 * i, 10, 1000));
  const auto half = read(*kds, 700);
  EXPECT_GT(half.front().sequence, 1u) << "what was dropped before it was read is not handed out";
  deliver(*kds, half);
  for (int i = 150; i < 300; ++i) append(make_entries(10 * i, 10, 1000));
  const auto fast = account("kds");
  const auto slow = account("ddb");
  EXPECT_EQ(fast.accepted, 3000u);
  EXPECT_EQ(slow.accepted, 3000u);
  EXPECT_EQ(fast.delivered, 700u);
  EXPECT_GT(slow.dropped, fast.dropped);
  const auto rest = read(*spool("ddb"), 10'000);
  EXPECT_EQ(rest.size(), slow.waiting);
  EXPECT_EQ(rest.back().name, "2999");
  EXPECT_EQ(telemetry_.metrics.value(telemetry::kOutboxDropped, {"ddb"}), static_cast<double>(slow.dropped));
  open({"kds", "ddb"});
  EXPECT_EQ(account("ddb").dropped, slow.dropped) << "it is kept";
  EXPECT_EQ(account("kds").dropped, fast.dropped);
}

TEST_F(OutboxTest, AFullLogThatMayNotDropWaitsForTheSlowestSink) {
  options_.max_bytes = 1024 * 1024;
  options_.when_full = config::OutboxFull::block;
  open({"kds", "ddb"});
  std::atomic<int> appended = 0;
  std::stop_source stop;
  std::jthread appender([&] {
    while (outbox_->append(Stream::events, make_entries(appended, 1, 10'000), stop.get_token())) ++appended;
  });
  const auto kds = spool("kds");
  const auto ddb = spool("ddb");
  std::size_t got = 0;
  while (got < 300) {  // Three times as much as fits.
    kds->wait(1, clock_.steady() + kPatience, {});
    deliver(*kds, read(*kds));
    const auto entries = read(*ddb, 7);
    deliver(*ddb, entries);
    got += entries.size();
  }
  stop.request_stop();
  appender.join();
  EXPECT_EQ(account("ddb").dropped, 0u);
  EXPECT_EQ(account("ddb").accepted, static_cast<std::uint64_t>(appended));
  EXPECT_LE(account("ddb").waiting_bytes, 1024u * 1024);
}

TEST_F(OutboxTest, FilesThatEverySinkIsDoneWithAreDeleted) {
  options_.max_bytes = 1024 * 1024;
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  const auto ddb = spool("ddb");
  for (int i = 0; i < 50; ++i) append(make_entries(10 * i, 10, 1000));
  EXPECT_THAT(segments(), SizeIs(testing::Gt(4)));
  deliver(*kds, read(*kds));
  EXPECT_THAT(segments(), SizeIs(testing::Gt(4)));
  deliver(*ddb, read(*ddb));
  EXPECT_THAT(segments(), SizeIs(1));
  open({"kds", "ddb"});
  append(make_entries(500, 1));
  EXPECT_EQ(names_of(read(*spool("kds"))), numbers(500, 1));
}

TEST_F(OutboxTest, DamagedEntriesAreCountedLoggedAndSkipped) {
  open({"kds"});
  append(make_entries(1, 5));
  outbox_.reset();
  auto bytes = outbox::read_file(segments().front()).value();
  bytes[bytes.find("2:")] = '?';
  bytes[bytes.find("3:")] = '?';
  std::ofstream(segments().front(), std::ios::binary) << bytes;
  open({"kds"});
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), (std::vector<std::string>{"1", "4", "5"}));
  EXPECT_EQ(kds->dropped(), 2u);
  EXPECT_EQ(account().dropped, 2u);
  EXPECT_EQ(account().waiting, 3u);
}

TEST_F(OutboxTest, ASinkWhoseCursorIsDamagedGetsWhatIsLeftAgain) {
  open({"kds"});
  append(make_entries(1, 5));
  {
    const auto kds = spool();
    deliver(*kds, read(*kds, 3));
  }
  outbox_.reset();
  std::ofstream(folder_.path() / "outbox" / "events.kds.cursor", std::ios::trunc) << "gone";
  EXPECT_EQ(view_outbox(folder_.path()).error().kind, ErrorKind::corrupt);
  open({"kds"});
  const auto kds = spool();
  EXPECT_EQ(names_of(read(*kds)), numbers(1, 5));
  EXPECT_TRUE(kds->maybe_sent(1)) << "it may be in the sink";
  EXPECT_TRUE(kds->maybe_sent(5));
  append(make_entries(6, 1));
  EXPECT_EQ(names_of(read(*kds)), numbers(6, 1));
  EXPECT_FALSE(kds->maybe_sent(6));
}

TEST_F(OutboxTest, ALogWhoseNewestFileIsLostDoesNotConfuseTheSinks) {
  open({"kds", "ddb"});
  append(make_entries(1, 5));
  {
    const auto kds = spool("kds");
    deliver(*kds, read(*kds));
  }
  outbox_.reset();
  std::filesystem::remove(segments().front());
  open({"kds", "ddb"});
  append(make_entries(6, 2));
  EXPECT_EQ(names_of(read(*spool("kds"))), numbers(6, 2)) << "not taken for what it had before";
  EXPECT_EQ(names_of(read(*spool("ddb"))), numbers(6, 2));
  EXPECT_EQ(account("kds").delivered, 5u);
  EXPECT_EQ(account("ddb").dropped, 5u);
}

TEST_F(OutboxTest, ARefusedEntryIsADeadLetterUntilSomebodySendsItAgain) {
  open({"kds", "ddb"});
  append({make_entry("good"), make_entry("poison", "back", 1000)});
  {
    const auto kds = spool("kds");
    const auto entries = read(*kds);
    ASSERT_TRUE(kds->sending(sequences(entries)));
    ASSERT_TRUE(kds->bury(entries[1], Error{ErrorKind::invalid, "too large"}, 3));
    ASSERT_TRUE(kds->settle(std::vector<std::uint64_t>{1}, {}));
  }
  EXPECT_EQ(account("kds").dead, 1u);
  EXPECT_EQ(account("kds").waiting, 0u);
  const auto letter = dead_letters().list("", 10).value().at(0);
  EXPECT_EQ(letter.sink, "kds");
  EXPECT_EQ(letter.name, "poison");
  EXPECT_EQ(letter.key, "back");
  EXPECT_EQ(letter.error, "too large");
  EXPECT_EQ(letter.tries, 3);
  EXPECT_EQ(letter.bytes, 1000);
  EXPECT_FALSE(letter.retrying);
  EXPECT_EQ(dead_letters().payload(letter.id).value(), make_entry("poison", "back", 1000).payload);

  outbox_.reset();
  EXPECT_EQ(dead_letters().retry({letter.id}, "").value(), 1);
  EXPECT_TRUE(dead_letters().list("kds", 10).value().at(0).retrying);
  open({"kds", "ddb"});
  const auto kds = spool("kds");
  kds->wait(1, Clock::Steady::max(), {});
  const auto again = read(*kds);
  EXPECT_EQ(names_of(again), std::vector<std::string>{"poison"});
  EXPECT_EQ(again[0].payload, make_entry("poison", "back", 1000).payload);
  deliver(*kds, again);
  EXPECT_EQ(names_of(read(*spool("ddb"))), (std::vector<std::string>{"good", "poison"})) << "ddb's own once";
  EXPECT_EQ(account("kds").dead, 1u);
  EXPECT_EQ(account("kds").delivered, 2u);
}

TEST_F(OutboxTest, DeadLettersCanBeDroppedByHand) {
  open();
  append(make_entries(1, 3));
  const auto kds = spool();
  for (const auto& entry : read(*kds)) ASSERT_TRUE(kds->bury(entry, Error{ErrorKind::invalid, "no"}, 1));
  auto letters = dead_letters();
  EXPECT_EQ(letters.drop({letters.list("", 1).value()[0].id}, "").value(), 1);
  EXPECT_EQ(letters.drop({}, "ddb").value(), 0);
  EXPECT_EQ(letters.drop({}, "kds").value(), 2);
  EXPECT_EQ(letters.payload(1).error().kind, ErrorKind::not_found);
  EXPECT_EQ(account().dead, 3u);
}

TEST_F(OutboxTest, DeadLettersTakeNoMoreThanTheirPartOfTheDisk) {
  options_.max_bytes = 1024 * 1024;  // A quarter of it for dead letters.
  open();
  const auto kds = spool();
  for (int i = 0; i < 40; ++i) {
    append(make_entries(i, 1, 10'000));
    for (const auto& entry : read(*kds)) ASSERT_TRUE(kds->bury(entry, Error{ErrorKind::invalid, "no"}, 1));
  }
  const auto letters = dead_letters().list("", 100).value();
  EXPECT_LE(letters.size(), 26u);
  EXPECT_GT(letters.size(), 20u);
  EXPECT_EQ(letters.front().name, "39");
  EXPECT_EQ(account().dead, letters.size());
  EXPECT_EQ(account().dropped, 40 - letters.size());
}

// A process that dies between burying an entry and settling it.
TEST_F(OutboxTest, WhatWasBuriedIsNotSentAgainThoughTheCursorDoesNotSaySo) {
  const auto cursor = folder_.path() / "outbox" / "events.kds.cursor";
  std::string before;
  open();
  append(make_entries(1, 3));
  {
    const auto kds = spool();
    const auto entries = read(*kds);
    ASSERT_TRUE(kds->sending(sequences(entries)));
    before = outbox::read_file(cursor).value();
    ASSERT_TRUE(kds->bury(entries[1], Error{ErrorKind::invalid, "no"}, 3));
  }
  outbox_.reset();
  std::ofstream(cursor, std::ios::binary | std::ios::trunc) << before;
  open();
  EXPECT_EQ(names_of(read(*spool())), (std::vector<std::string>{"1", "3"}));
  EXPECT_EQ(account().dead, 1u);
}

TEST_F(OutboxTest, TheViewSaysWhatWaitsAndSinceWhen) {
  open();
  clock_.advance_seconds(10);
  append(make_entries(1, 2, 100));
  clock_.advance_seconds(10);
  append(make_entries(3, 1, 100));
  auto now = account();
  EXPECT_EQ(now.waiting, 3u);
  EXPECT_GT(now.waiting_bytes, 300u);
  EXPECT_LT(now.waiting_bytes, 600u);
  EXPECT_EQ(now.oldest_ms, static_cast<std::int64_t>((kStart + 10) * 1000));
  const auto kds = spool();
  deliver(*kds, read(*kds, 2));
  now = account();
  EXPECT_EQ(now.oldest_ms, static_cast<std::int64_t>((kStart + 20) * 1000));
  deliver(*kds, read(*kds));
  now = account();
  EXPECT_EQ(now.waiting_bytes, 0u);
  EXPECT_EQ(now.oldest_ms, std::nullopt);
  EXPECT_EQ(view_outbox(folder_.path() / "nothing").error().kind, ErrorKind::not_found);
  EXPECT_EQ(DeadLetters::open(folder_.path() / "nothing").error().kind, ErrorKind::not_found);
}

TEST_F(OutboxTest, TheViewIsSoundBesideAServiceThatRuns) {
  options_.max_bytes = 1024 * 1024;
  open();
  std::jthread service([&](const std::stop_token& stop) {
    const auto kds = spool();
    for (int i = 0; !stop.stop_requested(); ++i) {
      append(make_entries(i, 20, 500));
      if (i % 3 != 0) continue;
      auto entries = read(*kds, 50);
      if (entries.size() > 1) std::swap(entries.front(), entries.back());
      ASSERT_TRUE(kds->sending(sequences(entries)));
      for (const auto& entry : entries) ASSERT_TRUE(kds->settle(sequences({&entry, 1}), {}));
    }
  });
  std::uint64_t before = 0;
  for (int i = 0; i < 200; ++i) {
    const auto now = account();  // Checks that the account is conserved.
    EXPECT_GE(now.accepted, before);
    before = now.accepted;
  }
}

// RLIMIT_FSIZE is the file system that refuses to grow: a disk that is full, as far as the outbox can tell.
TEST_F(OutboxTest, ServesOnWhenNothingCanBeWrittenAnyMore) {
  open();
  append(make_entries(1, 300, 1000));  // More than the cursor's file has.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{.rlim_cur = std::filesystem::file_size(segments().front()) + 500,
                     .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
  const auto failed = outbox_->append(Stream::events, make_entries(301, 1, 1000), {});
  const auto small = outbox_->append(Stream::events, make_entries(301, 1, 100), {});
  const auto kds = spool();
  deliver(*kds, read(*kds, 5));  // The cursor's room was set aside when it was made.
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  (void)std::signal(SIGXFSZ, ignored);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(small) << small.error().message;
  append(make_entries(302, 1, 1000));
  EXPECT_EQ(names_of(read(*kds)), numbers(6, 297));
}

}  // namespace
}  // namespace kinesight::publish
