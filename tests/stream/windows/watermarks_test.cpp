#include "stream/windows/watermarks.h"

#include <gtest/gtest.h>

#include <vector>

namespace kinesight::stream {
namespace {

using Names = std::vector<std::string>;

TEST(Watermarks, FollowsTheSlowestShard) {
  Watermarks marks(1000);
  marks.open("a");
  marks.open("b");
  marks.seen("a", 90'000);
  EXPECT_EQ(marks.watermark(), std::nullopt) << "nobody knows what is in b";
  marks.seen("b", 20'000);
  EXPECT_EQ(marks.watermark(), 19'000);
  marks.seen("b", 50'000);
  EXPECT_EQ(marks.watermark(), 49'000);
  marks.seen("b", 30'000);
  EXPECT_EQ(marks.watermark(), 49'000) << "an old record takes nothing back";
}

TEST(Watermarks, AShardThatIsReadUpFollowsTheClock) {
  Watermarks marks(1000);
  marks.open("a");
  marks.open("b");
  marks.seen("a", 90'000);
  marks.idle("b", 100'000);
  EXPECT_EQ(marks.watermark(), 89'000);
  marks.idle("a", 101'000);
  EXPECT_EQ(marks.watermark(), 99'000);
}

TEST(Watermarks, AShardThatCameLaterTakesNothingBackAndHoldsUntilItIsKnown) {
  Watermarks marks(0);
  marks.open("a");
  marks.seen("a", 50'000);
  marks.open("b");
  marks.seen("a", 60'000);
  EXPECT_EQ(marks.watermark(), 50'000);
  marks.seen("b", 10'000);
  EXPECT_EQ(marks.watermark(), 50'000);
  marks.seen("b", 70'000);
  EXPECT_EQ(marks.watermark(), 60'000);
}

TEST(Watermarks, ChildrenOfASplitHoldWhereTheirParentEnded) {
  Watermarks marks(0);
  marks.open("parent");
  marks.open("other");
  marks.seen("parent", 50'000);
  marks.seen("other", 90'000);
  marks.close("parent", Names{"left", "right"});
  EXPECT_EQ(marks.watermark(), 50'000) << "what the parent's records were put to is still to come";
  marks.seen("left", 80'000);
  EXPECT_EQ(marks.watermark(), 50'000);
  marks.seen("right", 70'000);
  EXPECT_EQ(marks.watermark(), 70'000);
}

TEST(Watermarks, TheChildOfAMergeHoldsWhereTheLesserParentEnded) {
  for (const bool a_first : {true, false}) {
    Watermarks marks(0);
    marks.open("a");
    marks.open("b");
    marks.seen("a", 50'000);
    marks.seen("b", 90'000);
    marks.close(a_first ? "a" : "b", Names{"child"});
    EXPECT_EQ(marks.watermark(), 50'000);
    marks.close(a_first ? "b" : "a", Names{"child"});
    EXPECT_EQ(marks.of("child"), 50'000);
    EXPECT_EQ(marks.watermark(), 50'000);
    marks.seen("child", 95'000);
    EXPECT_EQ(marks.watermark(), 95'000);
  }
}

TEST(Watermarks, AParentWithoutARecordHoldsNobodyBack) {
  for (const bool empty_first : {true, false}) {
    Watermarks marks(0);
    marks.open("empty");
    marks.open("b");
    marks.seen("b", 90'000);
    marks.close(empty_first ? "empty" : "b", Names{"child"});
    marks.close(empty_first ? "b" : "empty", Names{"child"});
    EXPECT_EQ(marks.watermark(), 90'000);
  }
}

TEST(Watermarks, WhenTheStreamEndsItStaysWhereItIs) {
  Watermarks marks(0);
  marks.open("a");
  marks.seen("a", 50'000);
  marks.close("a", {});
  EXPECT_EQ(marks.watermark(), 50'000);
}

TEST(Watermarks, IsTakenUpAfterARestart) {
  Watermarks marks(0);
  marks.restore(40'000, {{"a", 40'000}, {"b", std::nullopt}});
  marks.open("a");
  marks.seen("a", 80'000);
  EXPECT_EQ(marks.watermark(), 40'000) << "b is not known";
  marks.seen("b", 60'000);
  EXPECT_EQ(marks.watermark(), 60'000);
}

// Or it would stay where it is until one of them is closed.
TEST(Watermarks, IsThatOfItsShardsAfterARestart) {
  Watermarks marks(0);
  marks.restore(40'000, {{"a", 80'000}, {"b", 60'000}});
  EXPECT_EQ(marks.watermark(), 60'000);
  marks.seen("b", 90'000);
  EXPECT_EQ(marks.watermark(), 80'000);
}

}  // namespace
}  // namespace kinesight::stream
