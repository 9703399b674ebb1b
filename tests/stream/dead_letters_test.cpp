// Dead letters listed, dropped and sent again: none is gone before its record is in the stream, and none that
// cannot be sent whole is sent. The table is SQLite here; tables_contract_test.cpp holds DynamoDB to the
// same.
#include "stream/dead_letters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "stream/consumer/letter.h"
#include "stream/producer/scripted_sink.h"
#include "stream/tables/dead_letter.h"
#include "stream/tables/local_letters.h"
#include "stream/tables/local_tables.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::stream {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr std::int64_t kNow = 1'700'000'000;

/// LocalLetters that does not drop while `broken` is set.
class BreakableLetters final : public DeadLetterTable {
 public:
  explicit BreakableLetters(DeadLetterTable& table) : table_(table) {}
  Result<LetterPage> page(const std::optional<std::string>& from, std::stop_token stop) override {
    return table_.page(from, std::move(stop));
  }
  Result<std::optional<DeadLetter>> find(const std::string& id, std::stop_token stop) override {
    return table_.find(id, std::move(stop));
  }
  Result<> drop(std::span<const std::string> ids, std::stop_token stop) override {
    if (broken) return fail(ErrorKind::denied, "scripted");
    return table_.drop(ids, std::move(stop));
  }
  bool broken = false;

 private:
  DeadLetterTable& table_;
};

class DeadLettersTest : public testing::Test {
 protected:
  void write(const std::vector<DeadLetter>& letters) { ASSERT_TRUE(tables_->put_dead_letters(letters, {})); }
  /// A letter as the consumer makes it of a record.
  static DeadLetter letter(int number, const std::string& data, const std::string& message = "broken") {
    const std::string sequence_number = std::to_string(number);
    ShardRecord record;
    record.sequence_number = sequence_number;
    record.data = data;
    return letter_of("shard", record, kNow, message);
  }
  static std::string id(int number) { return fmt::format("shard/{}/0", number); }
  std::vector<std::string> left() {
    std::vector<std::string> ids;
    const auto newest = newest_letters(table_, 1'000'000, {}).value();
    for (const auto& one : newest) ids.push_back(one.id);
    return ids;
  }
  Result<LettersSettled> retry(const LetterIds& ids = {}, std::stop_token stop = {}) {
    LetterRetry retry(table_, sink_, {}, {.give_up_seconds = 60}, clock_, Rng(1));
    return retry.retry(ids, std::move(stop));
  }

  support::TempFolder folder_;
  support::FakeClock clock_{double{kNow}};
  support::TelemetryFixture telemetry_;
  std::unique_ptr<LocalTables> tables_ =
      LocalTables::open(folder_.path(), {.key = "city_id", .aggregates = {}}, telemetry_, clock_).value();
  std::unique_ptr<LocalLetters> local_ =
      LocalLetters::open(folder_.path(), storage::Database::Mode::read_write).value();
  BreakableLetters table_{*local_};
  ScriptedSink sink_;
};

TEST_F(DeadLettersTest, AreListedNewestFirstWithinTheLimit) {
  std::vector<DeadLetter> letters;
  for (int i = 0; i < 2500; ++i)
    letters.push_back({fmt::format("{:05}", i), kNow + i * 7 % 2500, "broken", "abc"});
  letters.push_back({"newest", kNow + 5000, "cut", std::string(kMaxLetterDataBytes + 1, 'x')});
  write(letters);
  const auto newest = newest_letters(table_, 3, {}).value();
  ASSERT_THAT(newest, SizeIs(3));
  EXPECT_EQ(newest[0].id, "newest");
  EXPECT_TRUE(newest[0].cut);
  EXPECT_EQ(newest[0].bytes, kMaxLetterDataBytes);
  EXPECT_EQ(newest[1].at, kNow + 2499);
  EXPECT_EQ(newest[2].at, kNow + 2498);
  EXPECT_EQ(newest[1].bytes, 3U);
  EXPECT_FALSE(newest[1].cut);
  EXPECT_THAT(newest_letters(table_, 1'000'000, {}).value(), SizeIs(2501));
}

TEST_F(DeadLettersTest, AreSentAsTheyCameUnderTheirKey) {
  const std::string binary("\xff\xfe\0x", 4);
  write({letter(1, R"({"city_id":"DEL","pm25_value":"?"})"), letter(2, R"({"city_id":7})"),
         letter(3, "{nonsense"), letter(4, binary), letter(5, "base64:AAAA"),
         letter(6, R"({"city_id":["a"]})")});
  const auto settled = retry();
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->done, 6U);
  EXPECT_THAT(settled->left, IsEmpty());
  EXPECT_THAT(sink_.taken(), UnorderedElementsAre(Pair("DEL", R"({"city_id":"DEL","pm25_value":"?"})"),
                                                  Pair("7", R"({"city_id":7})"), Pair("default", "{nonsense"),
                                                  Pair("default", binary), Pair("default", "base64:AAAA"),
                                                  Pair("default", R"({"city_id":["a"]})")));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeadLettersTest, AManyGoInRequestsOf500) {
  std::vector<DeadLetter> letters;
  for (int i = 0; i < 1201; ++i) letters.push_back(letter(i, fmt::format(R"({{"city_id":"c{}"}})", i)));
  write(letters);
  EXPECT_EQ(retry()->done, 1201U);
  EXPECT_THAT(sink_.taken(), SizeIs(1201));
  for (const auto& request : sink_.requests()) EXPECT_LE(request.size(), aws::Kinesis::kMaxRecords);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeadLettersTest, WhatIsThrottledIsSentAgainAndOnlyThat) {
  write({letter(1, "{1"), letter(2, "{2"), letter(3, "{3")});
  int calls = 0;
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    if (++calls == 2) return failed(ErrorKind::unavailable, true);
    std::vector<aws::PutOutcome> outcomes(records.size());
    if (calls == 1) outcomes[1] = throttled();
    // What was taken is no letter any more, whatever becomes of the rest.
    if (calls > 1) {
      EXPECT_THAT(left(), ElementsAre(id(2)));
    }
    return outcomes;
  };
  const auto settled = retry();
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->done, 3U);
  EXPECT_EQ(calls, 3);
  EXPECT_THAT(sink_.taken(),
              UnorderedElementsAre(Pair("default", "{1"), Pair("default", "{2"), Pair("default", "{3")));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(DeadLettersTest, WhatIsNeverTakenStays) {
  write({letter(1, "{1"), letter(2, "{2"), letter(3, "{3")});
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    std::vector<aws::PutOutcome> outcomes(records.size());
    for (std::size_t i = 0; i < records.size(); ++i)
      if (records[i].data != "{1") outcomes[i] = throttled();
    return outcomes;
  };
  const auto settled = retry();
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().kind, ErrorKind::throttled);
  EXPECT_THAT(settled.error().message, HasSubstr("after 1 dead letter:"));
  EXPECT_THAT(settled.error().message, HasSubstr("Rate exceeded"));
  EXPECT_THAT(left(), UnorderedElementsAre(id(2), id(3)));
  EXPECT_GT(clock_.wall_seconds(), kNow + 60) << "the options say how long";
}

TEST_F(DeadLettersTest, AStreamThatIsNotThereEndsIt) {
  write({letter(1, "{1")});
  sink_.answer = [](auto) -> ScriptedSink::Answer { return failed(ErrorKind::not_found); };
  EXPECT_EQ(retry().error().kind, ErrorKind::not_found);
  EXPECT_THAT(sink_.requests(), SizeIs(1));
  EXPECT_THAT(left(), ElementsAre(id(1)));
}

TEST_F(DeadLettersTest, AnAnswerForOtherRecordsDeletesNothing) {
  write({letter(1, "{1"), letter(2, "{2")});
  sink_.answer = [](auto) -> ScriptedSink::Answer { return std::vector<aws::PutOutcome>(1); };
  EXPECT_EQ(retry().error().kind, ErrorKind::corrupt);
  EXPECT_THAT(left(), SizeIs(2));
}

TEST_F(DeadLettersTest, AStopAfterARequestStillDeletesWhatItTook) {
  write({letter(1, "{1"), letter(2, "{2")});
  std::stop_source stop;
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    stop.request_stop();
    std::vector<aws::PutOutcome> outcomes(records.size());
    outcomes[0] = throttled();
    return outcomes;
  };
  const auto settled = retry({}, stop.get_token());
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().kind, ErrorKind::cancelled);
  ASSERT_THAT(sink_.taken(), SizeIs(1));
  EXPECT_THAT(left(), ElementsAre(sink_.taken()[0].second == "{1" ? id(2) : id(1)));
}

TEST_F(DeadLettersTest, WhatIsSentAndCannotBeDeletedIsSaid) {
  write({letter(1, "{1")});
  table_.broken = true;
  const auto settled = retry();
  ASSERT_FALSE(settled);
  EXPECT_EQ(settled.error().kind, ErrorKind::denied);
  EXPECT_THAT(settled.error().message, HasSubstr("a further retry would send those twice"));
  EXPECT_THAT(left(), ElementsAre(id(1)));
}

TEST_F(DeadLettersTest, WhatCannotBeSentWholeIsLeft) {
  write({letter(1, std::string(kMaxLetterDataBytes + 1, 'x')),
         letter(2, std::string(kMaxLetterDataBytes, '\xff')),
         {"odd", kNow, "broken", "base64:*"},
         letter(3, "{3")});
  const auto settled = retry();
  ASSERT_TRUE(settled) << settled.error().message;
  EXPECT_EQ(settled->done, 1U);
  EXPECT_THAT(settled->left, UnorderedElementsAre(Pair(LeftBehind::cut, 2U), Pair(LeftBehind::other, 1U)));
  EXPECT_THAT(left(), UnorderedElementsAre(id(1), id(2), "odd"));
  EXPECT_THAT(retry({id(1)})->left, ElementsAre(Pair(LeftBehind::cut, 1U))) << "also when it is asked for";
  EXPECT_THAT(sink_.taken(), SizeIs(1));
}

TEST_F(DeadLettersTest, LateOnesAreSentOnlyWhenTheyAreNamed) {
  const std::string late(kLateMessage);
  write({letter(1, "{1", late), letter(2, "{2", late), letter(3, "{3", "field 'late': broken")});
  const auto all = retry();
  EXPECT_EQ(all->done, 1U);
  EXPECT_THAT(all->left, ElementsAre(Pair(LeftBehind::late, 2U)));
  EXPECT_THAT(left(), UnorderedElementsAre(id(1), id(2)));
  const auto named = retry({id(1), "absent"});
  EXPECT_EQ(named->done, 1U);
  EXPECT_EQ(named->late, 1U);
  EXPECT_THAT(named->left, ElementsAre(Pair(LeftBehind::absent, 1U)));
  EXPECT_THAT(left(), ElementsAre(id(2)));
}

TEST_F(DeadLettersTest, ALetterThatComesMeanwhileStays) {
  write({letter(1, "{1")});
  // A consumer that finds the record broken again, a second later, and behind the first in the table's order.
  sink_.answer = [&](std::span<const aws::PutRecord> records) -> ScriptedSink::Answer {
    write({{id(7), kNow + 1, "broken", "{1"}});
    return std::vector<aws::PutOutcome>(records.size());
  };
  std::vector<DeadLetter> more;
  for (int i = 0; i < 1500; ++i) more.push_back(letter(2'000'000 + i, "{n"));
  write(more);
  EXPECT_EQ(retry()->done, 1501U);
  EXPECT_THAT(left(), ElementsAre(id(7)));
}

TEST_F(DeadLettersTest, AreDroppedByIdOrAll) {
  write({letter(1, "{1"), letter(2, "{2", std::string(kLateMessage)), letter(3, "{3")});
  const auto one = drop_letters({id(3), "absent"}, table_, clock_, {});
  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(one->done, 1U);
  EXPECT_THAT(one->left, ElementsAre(Pair(LeftBehind::absent, 1U)));
  EXPECT_THAT(left(), UnorderedElementsAre(id(1), id(2)));
  EXPECT_EQ(drop_letters({}, table_, clock_, {})->done, 2U);
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_THAT(sink_.requests(), IsEmpty());
}

}  // namespace
}  // namespace kinesight::stream
