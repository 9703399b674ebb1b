// Progress in DynamoDB, as the fake of AWS keeps it.
#include "stream/multilang/dynamo_progress.h"

#include <gmock/gmock.h>

#include "stream/fake_stream.h"
#include "stream/multilang/hand_over.h"
#include "stream/tables/provision.h"
#include "support/telemetry_fixture.h"

namespace kinesight::stream::multilang {
namespace {

using testing::HasSubstr;

class DynamoProgressTest : public testing::Test {
 protected:
  DynamoProgressTest() {
    EXPECT_TRUE(dynamodb_.create_table(publish::create_table_request("shards", shards_shape(), true), {}));
    while (dynamodb_.describe_table("shards", {}).value().at("TableStatus") != "ACTIVE") {
    }
  }

  FakeStream fake_{{.check_signatures = false}};
  aws::DynamoDb dynamodb_ =
      aws::DynamoDb::make(fake_.session, {.region = "us-east-1", .endpoint_url = fake_.aws.url()}).value();
  support::TelemetryFixture telemetry_;
  DynamoProgress progress_{dynamodb_, "shards", Clock::system(), telemetry_};
};

TEST_F(DynamoProgressTest, IsReadAsItWasWritten) {
  EXPECT_EQ(progress_.load("s", {}).value(), std::nullopt);
  const Progress first{.claims = 1, .made_of = "windows"};
  ASSERT_TRUE(progress_.save("s", first, 0, {}).value());
  const auto bare = progress_.load("s", {}).value().value();
  EXPECT_EQ(bare.claims, 1);
  EXPECT_EQ(bare.through, std::nullopt);
  EXPECT_EQ(bare.ended_ms, std::nullopt);
  Progress full{.claims = 2,
                .made_of = "windows",
                .through = Position::after("4959", 3),
                .ended_ms = -5,
                .watermark_ms = 1'700'000'000'000,
                .floors = {{HashRange::make("0", "99").value(), 7}},
                .handed_over = HandOver{2, 0}};
  ASSERT_TRUE(progress_.save("s", full, 1, {}).value());
  const auto found = progress_.load("s", {}).value().value();
  EXPECT_EQ(found.claims, 2);
  EXPECT_EQ(found.made_of, "windows");
  EXPECT_EQ(found.through, full.through);
  EXPECT_EQ(found.ended_ms, -5);
  EXPECT_EQ(found.watermark_ms, 1'700'000'000'000);
  ASSERT_EQ(found.floors.size(), 1U);
  EXPECT_EQ(found.floors[0].range.to, "99");
  EXPECT_EQ(found.floors[0].ended_ms, 7);
  EXPECT_EQ(found.handed_over->claim, 2);
}

TEST_F(DynamoProgressTest, IsWrittenByTheLastThatClaimedItAlone) {
  ASSERT_TRUE(progress_.save("s", {.claims = 1}, 0, {}).value());
  EXPECT_FALSE(progress_.save("s", {.claims = 1}, 0, {}).value()) << "two have it";
  ASSERT_TRUE(progress_.save("s", {.claims = 2}, 1, {}).value());
  EXPECT_FALSE(progress_.save("s", {.claims = 1}, 1, {}).value()) << "one that lost it wrote";
  EXPECT_EQ(progress_.load("s", {}).value()->claims, 2);
}

TEST_F(DynamoProgressTest, WindowsAreHandedOverInParts) {
  const std::vector<std::string> parts = {std::string(kPartBytes, '\xff'), std::string("a\0b", 3)};
  ASSERT_TRUE(progress_.put_parts("s", 3, parts, {}));
  EXPECT_EQ(progress_.parts("s", {3, 2}, {}).value(), parts);
  EXPECT_EQ(progress_.parts("s", {4, 0}, {}).value(), std::vector<std::string>{});
  const auto lacking = progress_.parts("s", {3, 3}, {});
  ASSERT_FALSE(lacking);
  EXPECT_THAT(lacking.error().message, HasSubstr("in 3 parts, found 2"));
}

TEST_F(DynamoProgressTest, WhatSomebodyElseWroteIsRefused) {
  ASSERT_TRUE(dynamodb_.put_item(
      "shards", {{"shard", {{"S", "s"}}}, {"part", {{"S", "progress"}}}, {"claims", {{"S", "x"}}}}, {}, {}));
  const auto found = progress_.load("s", {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(found.error().message, HasSubstr("table shards, shard s"));
}

TEST_F(DynamoProgressTest, ATableThatIsNotThereEndsIt) {
  DynamoProgress elsewhere(dynamodb_, "nowhere", Clock::system(), telemetry_);
  EXPECT_EQ(elsewhere.load("s", {}).error().kind, ErrorKind::not_found);
  EXPECT_EQ(elsewhere.save("s", {.claims = 1}, 0, {}).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace kinesight::stream::multilang
