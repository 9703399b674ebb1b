// The registry of streams: their states as time goes by.
#include "sim/kvs/streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace kinesight::sim::kvs {
namespace {

using testing::MatchesRegex;

class StreamsTest : public testing::Test {
 protected:
  Stream create(const std::string& name) {
    Stream stream;
    stream.name = name;
    return streams_.create(stream, 2).value();
  }
  std::string status(const std::string& name) {
    const auto found = streams_.find(name);
    return found ? found->status : found.error().type;
  }

  support::FakeClock clock_{1'700'000'000};
  Streams streams_{"eu-west-1", clock_};
};

TEST_F(StreamsTest, AreCreatingAndThenActive) {
  const Stream made = create("front");
  EXPECT_THAT(made.arn, MatchesRegex("arn:aws:kinesisvideo:eu-west-1:[0-9]+:stream/front/1700000000000"));
  EXPECT_THAT(made.version, MatchesRegex("[0-9A-Za-z]+"));
  EXPECT_EQ(made.version.size(), 20U);
  EXPECT_EQ(status("front"), "CREATING");
  EXPECT_EQ(status(made.arn), "CREATING");
  clock_.advance_seconds(2);
  EXPECT_EQ(status("front"), "ACTIVE");
}

TEST_F(StreamsTest, HaveNamesOfTheirOwn) {
  create("front");
  Stream again;
  again.name = "front";
  EXPECT_EQ(streams_.create(again, 0).error().type, "ResourceInUseException");
}

TEST_F(StreamsTest, AreUpdatingWhileTheirRetentionChanges) {
  const Stream made = create("front");
  EXPECT_EQ(streams_.set_retention("front", 5, 2).error().type, "ResourceInUseException");
  clock_.advance_seconds(2);
  ASSERT_TRUE(streams_.set_retention("front", 5, 2));
  EXPECT_EQ(status("front"), "UPDATING");
  EXPECT_NE(streams_.find("front")->version, made.version);
  clock_.advance_seconds(2);
  EXPECT_EQ(status("front"), "ACTIVE");
  EXPECT_EQ(streams_.find("front")->retention_hours, 5);
}

TEST_F(StreamsTest, AreDeletingAndThenGoneAndMayComeAgain) {
  const Stream made = create("front");
  clock_.advance_seconds(2);
  ASSERT_TRUE(streams_.remove(made.arn, 3));
  EXPECT_EQ(status("front"), "DELETING");
  EXPECT_EQ(streams_.list().size(), 1U);
  clock_.advance_seconds(3);
  EXPECT_EQ(status("front"), "ResourceNotFoundException");
  EXPECT_TRUE(streams_.list().empty());
  EXPECT_NE(create("front").arn, made.arn);
}

TEST_F(StreamsTest, AreListedByName) {
  for (const char* name : {"c", "a", "b"}) create(name);
  std::string names;
  for (const Stream& stream : streams_.list()) names += stream.name;
  EXPECT_EQ(names, "abc");
}

TEST_F(StreamsTest, AreAsManyAsAnAccountMayHave) {
  for (int i = 0; i < 10'000; ++i) create(std::to_string(i));
  Stream one_more;
  one_more.name = "one-more";
  EXPECT_EQ(streams_.create(one_more, 0).error().type, "AccountStreamLimitExceededException");
}

}  // namespace
}  // namespace kinesight::sim::kvs
