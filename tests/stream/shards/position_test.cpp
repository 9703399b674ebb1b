#include "stream/shards/position.h"

#include <gtest/gtest.h>

namespace kinesight::stream {
namespace {

TEST(ShardPosition, IsKeptAsTextThatPeopleCanRead) {
  const std::vector<std::pair<Position, std::string>> cases = {
      {Position::latest(), "LATEST"},
      {Position::trim_horizon(), "TRIM_HORIZON"},
      {Position::at(1'700'000'000'125), "AT_TIMESTAMP 1700000000125"},
      {Position::after("49590338271490256608559692538361571095921575989136588898", 3),
       "49590338271490256608559692538361571095921575989136588898/3"},
      {Position::ended(), "SHARD_END"}};
  for (const auto& [position, text] : cases) {
    EXPECT_EQ(to_text(position), text);
    const auto back = position_from_text(text);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(*back, position);
  }
}

TEST(ShardPosition, NothingElseIsOne) {
  for (const auto* text : {"", "latest", "LATEST ", "7", "/3", "7/", "7/-1", "7/x", "7/3 ", "-7/3", "0x7/3",
                           "AT_TIMESTAMP", "AT_TIMESTAMP ", "AT_TIMESTAMP x", "7/99999999999999999999"}) {
    const auto position = position_from_text(text);
    ASSERT_FALSE(position) << text;
    EXPECT_EQ(position.error().kind, ErrorKind::corrupt);
  }
}

TEST(ShardPosition, SaysWhereAnIteratorGoesOn) {
  using aws::IteratorType;
  EXPECT_EQ(iterator_start(Position::latest()).type, IteratorType::latest);
  EXPECT_EQ(iterator_start(Position::trim_horizon()).type, IteratorType::trim_horizon);
  EXPECT_EQ(iterator_start(Position::at(125)).type, IteratorType::at_timestamp);
  EXPECT_EQ(iterator_start(Position::at(125)).timestamp_ms, 125);
  // Not after it: what is left of an aggregated record would be lost.
  EXPECT_EQ(iterator_start(Position::after("7", 3)).type, IteratorType::at_sequence_number);
  EXPECT_EQ(iterator_start(Position::after("7", 3)).sequence_number, "7");
}

}  // namespace
}  // namespace kinesight::stream
