// AWS's limits: calls a second, fragments a second.
#include "sim/kvs/limits.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace kinesight::sim::kvs {
namespace {

class LimitsTest : public testing::Test {
 protected:
  /// How many of a hundred calls pass.
  int passing(const std::string& operation, const std::string& subject) {
    int passed = 0;
    for (int i = 0; i < 100; ++i) passed += limits_.count_call(operation, subject).has_value();
    return passed;
  }
  bool media(double points, const std::string& stream = "a") {
    return limits_.count_fragments(Limits::Fragments::media, stream, points).has_value();
  }

  support::FakeClock clock_;
  Limits limits_{clock_};
};

TEST_F(LimitsTest, AreOfEachOperationAndStream) {
  EXPECT_EQ(passing("DescribeStream", "a"), 5);
  EXPECT_EQ(passing("DescribeStream", "b"), 5);
  EXPECT_EQ(passing("GetDataEndpoint", "a"), 5);
  EXPECT_EQ(passing("GetHLSStreamingSessionURL", "a"), 25);
  EXPECT_EQ(passing("GetMP4MediaFragment", "session"), 20);
  EXPECT_EQ(passing("ListStreams", ""), 50);
  EXPECT_EQ(passing("GetClip", "a"), 100) << "counted in fragments";
}

TEST_F(LimitsTest, RefillWithTime) {
  EXPECT_EQ(passing("DescribeStream", "a"), 5);
  clock_.advance_seconds(0.4);
  EXPECT_EQ(passing("DescribeStream", "a"), 2);
  clock_.advance_seconds(3600);
  EXPECT_EQ(passing("DescribeStream", "a"), 5);
}

TEST_F(LimitsTest, RefuseAsAwsDoes) {
  passing("DescribeStream", "a");
  const auto refused = limits_.count_call("DescribeStream", "a");
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(refused.error().type, "ClientLimitExceededException");
}

TEST_F(LimitsTest, AnAccountsAreOverAllItsStreams) {
  int passed = 0;
  for (int stream = 0; stream < 100; ++stream) passed += passing("DescribeStream", std::to_string(stream));
  EXPECT_EQ(passed, 300);
}

TEST_F(LimitsTest, FragmentsAreCountedByStream) {
  EXPECT_TRUE(media(400));
  EXPECT_FALSE(media(200));
  EXPECT_TRUE(media(100));
  EXPECT_TRUE(media(500, "b"));
  clock_.advance_seconds(1);
  EXPECT_TRUE(media(1000)) << "one call alone is never refused";
  EXPECT_FALSE(media(1));
}

TEST_F(LimitsTest, StandManySessions) {
  for (int session = 0; session < 50'000; ++session) {
    EXPECT_TRUE(limits_.count_call("GetMP4MediaFragment", std::to_string(session)));
    clock_.advance_seconds(0.001);
  }
}

}  // namespace
}  // namespace kinesight::sim::kvs
