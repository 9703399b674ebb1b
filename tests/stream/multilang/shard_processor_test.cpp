// A shard in the hands of one process and the next: what is checkpointed, what begins again, what is handed
// over, and who may write.
#include "stream/multilang/shard_processor.h"

#include <gmock/gmock.h>

#include <deque>

#include "stream/consumer/flaky_tables.h"
#include "stream/multilang/memory_progress.h"
#include "support/fake_clock.h"
#include "support/telemetry_fixture.h"

namespace kinesight::stream::multilang {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kWindow = 5 * kMinute;
/// A whole window since the epoch.
constexpr std::int64_t kBegin = 1'699'999'800'000;
const std::string kMiddle = "170141183460469231731687303715884105728";  // 2^127
const std::string kBelowMiddle = "170141183460469231731687303715884105727";
const std::string kLast = "340282366920938463463374607431768211455";

/// A stream whose shards are as the test says.
struct Shards final : ShardSource {
  aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token) override { return listed; }
  aws::CallResult<std::string> iterator(const std::string&, const aws::IteratorStart&,
                                        std::stop_token) override {
    return "";
  }
  aws::CallResult<aws::RecordsPage> records(const std::string&, int, std::stop_token) override { return {}; }
  std::vector<aws::Shard> listed;
};

struct Taken final : Checkpoints {
  Result<> checkpoint(const std::optional<Position>& at, std::stop_token) override {
    all.push_back(at ? at->sequence_number : "SHARD_END");
    return {};
  }
  std::vector<std::string> all;
};

/// A city in the lower half of the hash keys, or in the upper one.
std::string city_of(bool upper) {
  const auto middle = hash_key_from_text(kMiddle).value();
  for (int i = 0;; ++i) {
    auto city = fmt::format("city-{}", i);
    if ((hash_key_of(city).value() >= middle) == upper) return city;
  }
}

class ShardProcessorTest : public testing::Test {
 protected:
  ShardProcessorTest() {
    options_.windows.lateness_seconds = 60;
    shards_.listed = {{.id = "low", .starting_hash_key = "0", .ending_hash_key = kBelowMiddle},
                      {.id = "high", .starting_hash_key = kMiddle, .ending_hash_key = kLast},
                      {.id = "both",
                       .parent = "low",
                       .adjacent_parent = "high",
                       .starting_hash_key = "0",
                       .ending_hash_key = kLast}};
  }

  std::unique_ptr<ShardProcessor> begin(const std::string& shard, Position from = Position::trim_horizon()) {
    auto processor = std::make_unique<ShardProcessor>(
        ShardProcessor::Parts{shards_, tables_, progress_, taken_, clock_, telemetry_}, options_);
    begun_ = processor->begin({shard, std::move(from)}, {});
    return processor;
  }

  struct One {
    std::string city;
    std::int64_t minute;
    std::string key{};  ///< Empty: the city.
  };
  /// A record for each, numbered from `first` on.
  Result<> take(ShardProcessor& processor, int first, const std::vector<One>& records,
                std::int64_t behind = 1) {
    ProcessRecords message{.millis_behind = behind};
    std::deque<std::string> texts;
    for (const One& one : records) {
      const auto& data = texts.emplace_back(record(one.city, kBegin + one.minute * kMinute, 10, false));
      const auto& number = texts.emplace_back(std::to_string(first++));
      message.records.push_back({.partition_key = one.key.empty() ? one.city : one.key,
                                 .data = data,
                                 .sequence_number = number,
                                 .arrived_ms = kBegin + 60 * kMinute});
    }
    return processor.take(message, {});
  }

  std::int64_t records_in(const std::string& city, std::int64_t minute) const {
    const auto found = tables_.windows.find({city, kBegin + minute * kMinute});
    return found == tables_.windows.end() ? 0 : found->second.records;
  }
  std::vector<std::string> reasons() const {
    std::vector<std::string> reasons;
    for (const auto& [id, letter] : tables_.letters) reasons.push_back(letter.error_message);
    return reasons;
  }

  Shards shards_;
  Taken taken_;
  FlakyTables tables_{1};
  MemoryProgress progress_;
  support::FakeClock clock_{static_cast<double>(kBegin + 60 * kMinute) / 1000};
  support::TelemetryFixture telemetry_;
  ProcessingOptions options_;
  Result<> begun_;
  const std::string low_ = city_of(false), high_ = city_of(true);
};

TEST_F(ShardProcessorTest, ACheckpointIsHeldBackToTheOldestOpenWindow) {
  const auto processor = begin("low");
  ASSERT_TRUE(begun_);
  ASSERT_TRUE(take(*processor, 10, {{low_, 0}, {low_, 1}}));
  ASSERT_TRUE(take(*processor, 12, {{low_, 4}, {low_, 5}}));
  EXPECT_THAT(taken_.all, ElementsAre());
  ASSERT_TRUE(take(*processor, 14, {{low_, 6}}));  // The first window ends.
  EXPECT_EQ(records_in(low_, 0), 3);
  EXPECT_THAT(taken_.all, ElementsAre("11")) << "12 came with 13, whose window is open";
}

TEST_F(ShardProcessorTest, WhoeverTakesOverComesToTheSameRowsAndLetters) {
  (void)take(*begin("low"), 10, {{low_, 0}, {low_, 5}, {low_, 6}, {low_, 1}});
  EXPECT_EQ(tables_.letters.size(), 1U);
  EXPECT_EQ(records_in(low_, 0), 1);
  const auto letters_before = tables_.letters;
  tables_.letters.clear();
  const auto next = begin("low", Position::trim_horizon());
  ASSERT_TRUE(begun_);
  ASSERT_TRUE(take(*next, 10, {{low_, 0}, {low_, 5}, {low_, 6}, {low_, 1}, {low_, 9}}));
  ASSERT_TRUE(take(*next, 15, {{low_, 11}}));
  EXPECT_EQ(records_in(low_, 0), 1);
  EXPECT_EQ(records_in(low_, 5), 3);
  EXPECT_TRUE(tables_.letters.empty()) << "what was a letter before is one again";
  EXPECT_EQ(next->counts().all(), 2U) << "what was counted before is counted again";
}

// Its progress is saved while it is still at records that were done with before.
TEST_F(ShardProcessorTest, ATakeoverThatIsCutShortTakesNothingBack) {
  (void)take(*begin("low"), 10, {{low_, 0}, {low_, 5}, {low_, 6}, {low_, 1}, {low_, 12}});
  EXPECT_EQ(tables_.letters.size(), 1U);
  tables_.letters.clear();
  const auto cut_short = begin("low");
  clock_.advance_seconds(61);
  ASSERT_TRUE(take(*cut_short, 10, {{low_, 0}}));
  const auto next = begin("low");
  ASSERT_TRUE(take(*next, 10, {{low_, 0}, {low_, 5}, {low_, 6}, {low_, 1}, {low_, 12}}));
  EXPECT_TRUE(tables_.letters.empty()) << "what was a letter before is one again";
}

TEST_F(ShardProcessorTest, OnlyTheLastThatTookAShardMayGoOn) {
  const auto first = begin("low");
  ASSERT_TRUE(take(*first, 10, {{low_, 0}}));
  const auto second = begin("low");
  ASSERT_TRUE(begun_);
  const auto late = take(*first, 11, {{low_, 6}});
  ASSERT_FALSE(late);
  EXPECT_THAT(late.error().message, HasSubstr("shard low was taken by another process"));
  EXPECT_THAT(taken_.all, ElementsAre()) << "it checkpointed";
  EXPECT_EQ(records_in(low_, 0), 0) << "it wrote a row";
  ASSERT_TRUE(take(*second, 10, {{low_, 0}, {low_, 6}}));
}

TEST_F(ShardProcessorTest, AQuietShardEndsItsWindowsByTheClock) {
  options_.consume.idle_seconds = 60;
  const auto processor = begin("low");
  ASSERT_TRUE(take(*processor, 10, {{low_, 50}}));
  for (std::size_t i = 0; i < 3 * ShardProcessor::kPrefetched; ++i) {
    EXPECT_EQ(records_in(low_, 50), 0) << "too early: " << i;
    clock_.advance_seconds(20);
    ASSERT_TRUE(take(*processor, 0, {}, 0));
    if (records_in(low_, 50) > 0) break;
  }
  EXPECT_EQ(records_in(low_, 50), 1);
  EXPECT_THAT(taken_.all, ElementsAre("10"));
}

// Its rows would be those of a shard that it has not read to its end.
TEST_F(ShardProcessorTest, WhoHasLostAQuietShardWritesNoRowsByTheClock) {
  options_.consume.idle_seconds = 60;
  const auto lost = begin("low");
  ASSERT_TRUE(take(*lost, 10, {{low_, 50}}));
  const auto owner = begin("low");
  ASSERT_TRUE(take(*owner, 10, {{low_, 50}, {low_, 51}}));
  Result<> ended;
  for (int i = 0; i < 30 && ended; ++i) {
    clock_.advance_seconds(20);
    ended = take(*lost, 0, {}, 0);
  }
  ASSERT_FALSE(ended);
  EXPECT_EQ(records_in(low_, 50), 0);
}

// What it has noted is what happens, also when the process ends between the note and the rows.
TEST_F(ShardProcessorTest, AMoveOfTimeThatWasNotedIsMadeByWhoeverTakesOver) {
  options_.consume.idle_seconds = 60;
  const auto first = begin("low");
  ASSERT_TRUE(take(*first, 10, {{low_, 50}}));
  for (int i = 0; i < 30 && records_in(low_, 50) == 0; ++i) {
    clock_.advance_seconds(20);
    ASSERT_TRUE(take(*first, 0, {}, 0));
  }
  ASSERT_EQ(records_in(low_, 50), 1);
  tables_.windows.clear();
  progress_.of["low"].ended_ms = kBegin + 49 * kMinute;  // As it stands between the note and the rows.
  const auto next = begin("low");
  ASSERT_TRUE(take(*next, 10, {{low_, 50}, {low_, 52}}));
  EXPECT_EQ(records_in(low_, 50), 1);
  EXPECT_THAT(reasons(), ElementsAre(HasSubstr("late")));
}

TEST_F(ShardProcessorTest, OpenWindowsGoOnInTheChildrenOfTheirShard) {
  shards_.listed = {
      {.id = "both", .starting_hash_key = "0", .ending_hash_key = kLast},
      {.id = "low", .parent = "both", .starting_hash_key = "0", .ending_hash_key = kBelowMiddle},
      {.id = "high", .parent = "both", .starting_hash_key = kMiddle, .ending_hash_key = kLast}};
  const auto parent = begin("both");
  ASSERT_TRUE(take(*parent, 10, {{low_, 0}, {high_, 1}, {low_, 2}}));
  ASSERT_TRUE(parent->end({}));
  EXPECT_THAT(taken_.all, ElementsAre("SHARD_END"));
  const auto low = begin("low");
  ASSERT_TRUE(take(*low, 20, {{low_, 3}}));
  EXPECT_THAT(taken_.all, ElementsAre("SHARD_END")) << "a checkpoint while a window of the parent is open";
  const auto again = begin("low");  // As if it had been killed.
  ASSERT_TRUE(take(*again, 20, {{low_, 3}, {low_, 2}, {low_, 7}}));
  EXPECT_EQ(records_in(low_, 0), 3) << "minute 2 came twice";
  EXPECT_EQ(records_in(high_, 0), 0) << "a key of the other child";
  ASSERT_TRUE(take(*begin("high"), 30, {{high_, 9}}));
  EXPECT_EQ(records_in(high_, 0), 1);
}

// Its windows would begin anew, and what is left of them would overwrite what its parent wrote.
TEST_F(ShardProcessorTest, AMergeOpensNoWindowThatHadEndedInTheFasterParent) {
  const auto fast = begin("low");
  ASSERT_TRUE(take(*fast, 10, {{low_, 0}, {low_, 12}}));
  ASSERT_TRUE(fast->end({}));
  const auto slow = begin("high");
  ASSERT_TRUE(take(*slow, 10, {{high_, 0}}));
  ASSERT_TRUE(slow->end({}));
  const auto child = begin("both");
  ASSERT_TRUE(begun_) << begun_.error().message;
  ASSERT_TRUE(take(*child, 20, {{low_, 3}, {high_, 3}}));
  const auto again = begin("both");
  ASSERT_TRUE(take(*again, 20, {{low_, 3}, {high_, 3}, {high_, 4}, {low_, 20}}));
  EXPECT_EQ(records_in(low_, 0), 1) << "the parent's row was overwritten";
  EXPECT_EQ(records_in(low_, 10), 1);
  EXPECT_EQ(records_in(high_, 0), 3) << "the slower parent's window had not ended";
  EXPECT_THAT(reasons(), ElementsAre(HasSubstr("late")));
  EXPECT_TRUE(progress_.of["both"].floors.empty()) << "it has come past the faster parent";
}

TEST_F(ShardProcessorTest, AKeyOfAnotherShardIsALetterThatSaysSo) {
  const auto processor = begin("low");
  ASSERT_TRUE(take(*processor, 10, {{low_, 0, "random"}, {high_, 0}}));
  EXPECT_THAT(reasons(), ElementsAre(HasSubstr("partition key: expected the record's 'city_id'"),
                                     HasSubstr("expected one of shard low")));
}

TEST_F(ShardProcessorTest, ACheckpointWithoutProgressIsRefused) {
  begin("low", Position::after("9", 0));
  ASSERT_FALSE(begun_);
  EXPECT_EQ(begun_.error().kind, ErrorKind::invalid);
  EXPECT_THAT(begun_.error().message, HasSubstr("tables.shards"));
}

TEST_F(ShardProcessorTest, WindowsOfAnotherShapeAreRefused) {
  begin("low");
  ASSERT_TRUE(begun_);
  options_.windows.size_seconds = 60;
  begin("low");
  ASSERT_FALSE(begun_);
  EXPECT_THAT(begun_.error().message, HasSubstr("60000 ms every 60000 ms"));
}

TEST_F(ShardProcessorTest, AShardThatTheStreamDoesNotHaveIsRefused) {
  begin("shardId-000000000009");
  ASSERT_FALSE(begun_);
  EXPECT_EQ(begun_.error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kinesight::stream::multilang
