// The outbox as its users see it: sinks at their own speeds, restarts, and what the view says.
#include "publish/outbox/open_outbox.h"

namespace kinesight::publish {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

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

TEST_F(OutboxTest, RefusesNamesThatAreNoFileNames) {
  const auto opened = try_open({"../kds"});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
}

// A process that dies between burying an entry and settling it.
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

}  // namespace
}  // namespace kinesight::publish
