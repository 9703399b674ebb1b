// Entries that a sink refuses for good: kept, listed, sent again, dropped.
#include "publish/outbox/open_outbox.h"
#include "storage/database.h"

namespace kinesight::publish {
namespace {

using testing::IsEmpty;

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

TEST_F(OutboxTest, TheServiceThatRunsTakesDeadLettersBack) {
  open();
  append(make_entries(1, 3));
  const auto kds = spool();
  for (const auto& entry : read(*kds)) ASSERT_TRUE(kds->bury(entry, Error{ErrorKind::invalid, "no"}, 1));
  EXPECT_EQ(dead_letters().retry({}, "kds").value(), 3);
  EXPECT_EQ(dead_letters().retry({}, "kds").value(), 0) << "once is enough";
  kds->wait(3, Clock::Steady::max(), {});
  EXPECT_EQ(names_of(read(*kds)), numbers(1, 3)) << "in the order in which they were buried";
  outbox_.reset();
  EXPECT_THAT(dead_letters().list("", 10).value(), IsEmpty());
}

// A process that dies between saying where a dead letter goes and having it there, or right after.
TEST_F(OutboxTest, ADeadLetterOnItsWayIsSentOnceWhateverHappensToTheProcess) {
  open();
  append(make_entries(1, 3));
  {
    const auto kds = spool();
    const auto entries = read(*kds);
    ASSERT_TRUE(kds->bury(entries[0], Error{ErrorKind::invalid, "no"}, 1));
    ASSERT_TRUE(kds->bury(entries[1], Error{ErrorKind::invalid, "no"}, 1));
  }
  auto back = make_entry("1");
  back.sink = "kds";
  append({back});  // As sequence 4: "1" is there; "2", which was to follow it, is not.
  outbox_.reset();
  {
    auto database = storage::Database::open(folder_.path() / "outbox" / "dead_letters.db",
                                            storage::Database::Mode::read_write);
    ASSERT_TRUE(database->execute("UPDATE dead_letters SET state = 2, moved_to = sequence + 3"));
  }
  open();
  const auto kds = spool();
  kds->wait(3, Clock::Steady::max(), {});
  EXPECT_EQ(names_of(read(*kds)), (std::vector<std::string>{"3", "1", "2"}));
  outbox_.reset();
  EXPECT_THAT(dead_letters().list("", 10).value(), IsEmpty());
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

}  // namespace
}  // namespace kinesight::publish
