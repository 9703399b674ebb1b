#include "stream/shards/lineage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kinesight::stream {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

aws::Shard open(const std::string& id, const std::string& parent = "", const std::string& adjacent = "") {
  return {.id = id, .parent = parent, .adjacent_parent = adjacent, .starting_sequence_number = "1"};
}
aws::Shard closed(const std::string& id, const std::string& parent = "", const std::string& adjacent = "") {
  auto shard = open(id, parent, adjacent);
  shard.ending_sequence_number = "9";
  return shard;
}

/// The shards that may be read, with nobody reading yet.
std::vector<Assignment> readable_of(const std::vector<aws::Shard>& listed, const ShardPositions& positions) {
  return readable(listed, positions, {});
}

const auto kBeginning = Position::trim_horizon();
const auto kEnded = Position::ended();
const auto kMiddle = Position::after("5", 0);

TEST(ShardLineage, ChildrenWaitForTheEndOfTheirParent) {
  const std::vector listed = {closed("a"), open("b", "a"), open("c", "a")};
  EXPECT_THAT(readable_of(listed, {}), ElementsAre(Assignment{"a", kBeginning}));
  EXPECT_THAT(readable_of(listed, {{"a", kMiddle}}), ElementsAre(Assignment{"a", kMiddle}));
  EXPECT_THAT(readable(listed, {{"a", kMiddle}}, {"a"}), IsEmpty());
  EXPECT_THAT(readable_of(listed, {{"a", kEnded}}),
              ElementsAre(Assignment{"b", kBeginning}, Assignment{"c", kBeginning}));
}

TEST(ShardLineage, AMergeWaitsForBoth) {
  const std::vector listed = {closed("a"), closed("b"), open("c", "a", "b")};
  EXPECT_THAT(readable_of(listed, {}), ElementsAre(Assignment{"a", kBeginning}, Assignment{"b", kBeginning}));
  EXPECT_THAT(readable(listed, {{"a", kEnded}, {"b", kMiddle}}, {"b"}), IsEmpty());
  EXPECT_THAT(readable(listed, {{"a", kMiddle}, {"b", kEnded}}, {"a"}), IsEmpty());
  EXPECT_THAT(readable_of(listed, {{"a", kEnded}, {"b", kEnded}}), ElementsAre(Assignment{"c", kBeginning}));
}

TEST(ShardLineage, AShardWhoseParentWasTrimmedStartsAtItsBeginning) {
  EXPECT_THAT(readable_of({open("c", "a", "b")}, {}), ElementsAre(Assignment{"c", kBeginning}));
  EXPECT_THAT(readable_of({closed("b"), open("c", "a", "b")}, {}), ElementsAre(Assignment{"b", kBeginning}));
  // It was read a while ago, and nobody reads it now: what was left of it is gone.
  EXPECT_THAT(readable_of({open("c", "a")}, {{"a", kMiddle}}), ElementsAre(Assignment{"c", kBeginning}));
}

TEST(ShardLineage, AParentThatIsBeingReadIsWaitedForThoughItIsNotListed) {
  EXPECT_THAT(readable({{open("c", "a")}}, {{"a", kMiddle}}, {"a"}), IsEmpty());
}

TEST(ShardLineage, GenerationsAreReadOneAfterAnother) {
  const std::vector listed = {open("d", "c"), closed("c", "a"), open("b", "a"), closed("a")};
  EXPECT_THAT(readable_of(listed, {}), ElementsAre(Assignment{"a", kBeginning}));
  EXPECT_THAT(readable_of(listed, {{"a", kEnded}}),
              ElementsAre(Assignment{"c", kBeginning}, Assignment{"b", kBeginning}));
  EXPECT_THAT(readable(listed, {{"a", kEnded}, {"c", kEnded}}, {"b"}),
              ElementsAre(Assignment{"d", kBeginning}));
}

TEST(ShardLineage, FromTheTipTheClosedShardsHaveEnded) {
  const std::vector listed = {closed("a"), open("b", "a"), open("c", "a")};
  const auto positions = first_positions(listed, Position::latest());
  EXPECT_THAT(positions,
              ElementsAre(Pair("a", kEnded), Pair("b", Position::latest()), Pair("c", Position::latest())));
  // What comes later is read from its beginning, though nobody has read a record yet.
  const std::vector later = {closed("a"), closed("b", "a"), open("c", "a"), open("d", "b")};
  EXPECT_THAT(readable(later, positions, {"b", "c"}), IsEmpty());
  auto done = positions;
  done["b"] = kEnded;
  EXPECT_THAT(readable(later, done, {"c"}), ElementsAre(Assignment{"d", kBeginning}));
}

TEST(ShardLineage, FromTheBeginningOrAMomentAllShardsAreRead) {
  const std::vector listed = {closed("a"), open("b", "a")};
  for (const auto& start : {kBeginning, Position::at(125)}) {
    const auto positions = first_positions(listed, start);
    EXPECT_THAT(positions, ElementsAre(Pair("a", start), Pair("b", start)));
    EXPECT_THAT(readable_of(listed, positions), ElementsAre(Assignment{"a", start}));
  }
}

TEST(ShardLineage, NamesTheShardsThatGoOn) {
  const std::vector listed = {closed("a"), closed("b"), open("c", "a", "b"), open("d", "x")};
  EXPECT_THAT(children_of(listed, "a"), ElementsAre("c"));
  EXPECT_THAT(children_of(listed, "b"), ElementsAre("c"));
  EXPECT_THAT(children_of(listed, "c"), IsEmpty());
}

TEST(ShardLineage, SaysWhatWasTrimmedUnreadAndWhatCanBeForgotten) {
  const std::vector listed = {open("c", "a")};
  const ShardPositions positions = {
      {"a", kEnded}, {"b", kMiddle}, {"bb", kMiddle}, {"c", kMiddle}, {"d", kMiddle}};
  EXPECT_THAT(trimmed_unread(listed, positions, {"bb"}), ElementsAre("b")) << "d is not listed yet";
  EXPECT_THAT(forgettable(listed, positions), ElementsAre("a"));
}

}  // namespace
}  // namespace kinesight::stream
