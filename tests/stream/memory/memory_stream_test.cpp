#include "stream/memory/memory_stream.h"

#include <gmock/gmock.h>

#include "support/fake_clock.h"

namespace kinesight::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MemoryStreamTest : public testing::Test {
 protected:
  /// What became of each: "" or the code of its error.
  std::vector<std::string> put(const std::vector<std::string>& data) {
    std::vector<aws::PutRecord> records;
    for (const auto& one : data) records.push_back({"key", one});
    std::vector<std::string> codes;
    const auto outcomes = stream_.put(records, {}).value();
    for (const auto& one : outcomes) codes.push_back(one.error_code);
    return codes;
  }
  std::string iterator(const aws::IteratorStart& start) {
    return stream_.iterator("shardId-000000000000", start, {}).value();
  }
  std::vector<std::string> read(std::string& iterator, int limit = 100) {
    page_ = stream_.records(iterator, limit, {}).value();
    iterator = page_.next_iterator;
    std::vector<std::string> data;
    for (const auto& one : page_.records) data.emplace_back(one.data);
    return data;
  }

  support::FakeClock clock_;
  MemoryStream stream_{1, clock_, 4};
  aws::RecordsPage page_;
};

TEST_F(MemoryStreamTest, GivesWhatWasPutFromWhereItIsAsked) {
  EXPECT_THAT(put({"a", "b"}), ElementsAre("", ""));
  auto latest = iterator({.type = aws::IteratorType::latest});
  clock_.advance_seconds(5);
  const auto later = clock_.wall_ms();
  put({"c"});
  auto all = iterator({.type = aws::IteratorType::trim_horizon});
  EXPECT_THAT(read(all, 2), ElementsAre("a", "b"));
  EXPECT_GT(page_.millis_behind, 0);
  const auto last = std::string(page_.records[1].sequence_number);
  EXPECT_THAT(read(all), ElementsAre("c"));
  EXPECT_EQ(page_.millis_behind, 0);
  EXPECT_THAT(read(all), IsEmpty());
  EXPECT_THAT(read(latest), ElementsAre("c"));
  auto after = iterator({.type = aws::IteratorType::after_sequence_number, .sequence_number = last});
  EXPECT_THAT(read(after), ElementsAre("c"));
  auto at = iterator({.type = aws::IteratorType::at_sequence_number, .sequence_number = last});
  EXPECT_THAT(read(at), ElementsAre("b", "c"));
  auto since = iterator({.type = aws::IteratorType::at_timestamp, .timestamp_ms = later});
  EXPECT_THAT(read(since), ElementsAre("c"));
}

TEST_F(MemoryStreamTest, TakesNoMoreThanItHoldsUntilThatIsRead) {
  EXPECT_THAT(put({"a", "b", "c", "d", "e"}),
              ElementsAre("", "", "", "", "ProvisionedThroughputExceededException"));
  auto all = iterator({.type = aws::IteratorType::trim_horizon});
  EXPECT_THAT(read(all, 1), ElementsAre("a"));
  EXPECT_THAT(put({"e", "f"}), ElementsAre("", "ProvisionedThroughputExceededException"));
  EXPECT_THAT(read(all), ElementsAre("b", "c", "d", "e"));
}

// A consumer that goes on with a stream of an earlier process misses nothing of this one's.
TEST_F(MemoryStreamTest, IsBehindAllPositionsInAnEarlierOne) {
  put({"a"});
  auto all = iterator({.type = aws::IteratorType::trim_horizon});
  read(all);
  const auto old = std::string(page_.records[0].sequence_number);
  clock_.advance_seconds(1);
  MemoryStream later(1, clock_);
  ASSERT_TRUE(later.put(std::vector<aws::PutRecord>{{"key", "new"}}, {}));
  const auto from = later.iterator(
      "shardId-000000000000", {.type = aws::IteratorType::after_sequence_number, .sequence_number = old}, {});
  EXPECT_EQ(later.records(from.value(), 10, {}).value().records.size(), 1U);
}

TEST_F(MemoryStreamTest, AShardThatIsNotThereIsNotFound) {
  EXPECT_EQ(stream_.iterator("shardId-7", {}, {}).error().error.kind, ErrorKind::not_found);
  EXPECT_EQ(stream_.records("nonsense", 1, {}).error().error.kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kinesight::stream
