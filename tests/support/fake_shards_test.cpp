// The fake Kinesis reshards as AWS does, and its readers meet AWS's limits.
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kFirst = "shardId-000000000000";
const std::string kSecond = "shardId-000000000001";
const std::string kThird = "shardId-000000000002";
const std::string kFourth = "shardId-000000000003";

class FakeShardsTest : public FakeAwsTest {
 protected:
  FakeShardsTest() { aws_.create_stream("events", 2); }

  std::string iterator(const std::string& shard, const std::string& type = "TRIM_HORIZON") {
    return json::parse(kinesis("GetShardIterator",
                               {{"StreamName", "events"}, {"ShardId", shard}, {"ShardIteratorType", type}})
                           .body)["ShardIterator"];
  }
  json page(const std::string& from, int limit = 10'000) {
    return json::parse(kinesis("GetRecords", {{"ShardIterator", from}, {"Limit", limit}}).body);
  }
  std::map<std::string, json> shards() {
    std::map<std::string, json> listed;
    const json answer = json::parse(kinesis("ListShards", {{"StreamName", "events"}}).body);
    for (const json& shard : answer["Shards"]) listed[shard["ShardId"]] = shard;
    return listed;
  }
  /// The shards that twenty keys fall into.
  std::set<std::string> shards_of_puts() {
    std::set<std::string> found;
    const json answer = json::parse(put(20).body);
    for (const json& record : answer["Records"]) found.insert(record["ShardId"]);
    return found;
  }
};

TEST_F(FakeShardsTest, ASplitClosesAShardAndItsRecordsGoToTheTwoHalves) {
  EXPECT_THAT(shards_of_puts(), ElementsAre(kFirst, kSecond));
  EXPECT_THAT(aws_.split_shard("events", kFirst), ElementsAre(kThird, kFourth));
  EXPECT_THAT(shards_of_puts(), ElementsAre(kSecond, kThird, kFourth));
  auto listed = shards();
  ASSERT_THAT(listed, SizeIs(4));
  EXPECT_TRUE(listed[kFirst]["SequenceNumberRange"].contains("EndingSequenceNumber"));
  EXPECT_FALSE(listed[kSecond]["SequenceNumberRange"].contains("EndingSequenceNumber"));
  EXPECT_EQ(listed[kThird]["ParentShardId"], kFirst);
  EXPECT_EQ(listed[kThird]["HashKeyRange"]["StartingHashKey"], "0");
  EXPECT_EQ(listed[kThird]["HashKeyRange"]["EndingHashKey"], "85070591730234615865843651857942052863");
  EXPECT_EQ(listed[kFourth]["HashKeyRange"]["StartingHashKey"], "85070591730234615865843651857942052864");
  EXPECT_EQ(listed[kFourth]["HashKeyRange"]["EndingHashKey"], "170141183460469231731687303715884105727");
  const json summary = json::parse(kinesis("DescribeStreamSummary", {{"StreamName", "events"}}).body);
  EXPECT_EQ(summary["StreamDescriptionSummary"]["OpenShardCount"], 3);
}

TEST_F(FakeShardsTest, AMergeHasTwoParents) {
  EXPECT_EQ(aws_.merge_shards("events", kSecond, kFirst), kThird);
  EXPECT_THAT(shards_of_puts(), ElementsAre(kThird));
  const json merged = shards()[kThird];
  EXPECT_EQ(merged["ParentShardId"], kSecond);
  EXPECT_EQ(merged["AdjacentParentShardId"], kFirst);
  EXPECT_EQ(merged["HashKeyRange"]["StartingHashKey"], "0");
  EXPECT_EQ(merged["HashKeyRange"]["EndingHashKey"], "340282366920938463463374607431768211455");
}

TEST_F(FakeShardsTest, RefusesToReshardWhatCannotBe) {
  const auto merge = [&](const std::string& one, const std::string& other) {
    return type(kinesis("MergeShards",
                        {{"StreamName", "events"}, {"ShardToMerge", one}, {"AdjacentShardToMerge", other}}));
  };
  const auto split = [&](const std::string& shard, const std::string& at) {
    return type(kinesis("SplitShard",
                        {{"StreamName", "events"}, {"ShardToSplit", shard}, {"NewStartingHashKey", at}}));
  };
  EXPECT_EQ(split(kFirst, "0"), "InvalidArgumentException");
  EXPECT_EQ(split(kFirst, "170141183460469231731687303715884105728"), "InvalidArgumentException");
  EXPECT_EQ(split("shardId-9", "1"), "ResourceNotFoundException");
  aws_.split_shard("events", kFirst);
  EXPECT_EQ(split(kFirst, "7"), "InvalidArgumentException");
  EXPECT_EQ(merge(kFirst, kSecond), "InvalidArgumentException");
  EXPECT_EQ(merge(kSecond, kThird), "InvalidArgumentException") << "the last and the first do not touch";
  EXPECT_EQ(kinesis("MergeShards",
                    {{"StreamName", "events"}, {"ShardToMerge", kFourth}, {"AdjacentShardToMerge", kSecond}})
                .status,
            200);
}

TEST_F(FakeShardsTest, AClosedShardEndsAndNamesItsChildren) {
  put(20);
  aws_.split_shard("events", kFirst);
  const json part = page(iterator(kFirst), 1);
  EXPECT_THAT(part["Records"], SizeIs(1));
  EXPECT_FALSE(part.contains("ChildShards"));
  EXPECT_GT(part["MillisBehindLatest"], 0);
  const json rest = page(part["NextShardIterator"]);
  EXPECT_FALSE(rest["Records"].empty());
  EXPECT_TRUE(rest["NextShardIterator"].is_null());
  EXPECT_EQ(rest["MillisBehindLatest"], 0);
  ASSERT_THAT(rest["ChildShards"], SizeIs(2));
  EXPECT_EQ(rest["ChildShards"][0]["ShardId"], kThird);
  EXPECT_EQ(rest["ChildShards"][0]["ParentShards"], json::array({kFirst}));
}

TEST_F(FakeShardsTest, AnOpenShardDoesNotEnd) {
  const json nothing = page(iterator(kFirst));
  EXPECT_THAT(nothing["Records"], IsEmpty());
  EXPECT_TRUE(nothing["NextShardIterator"].is_string());
  EXPECT_FALSE(nothing.contains("ChildShards"));
}

TEST_F(FakeShardsTest, WhatIsTrimmedIsGone) {
  put(20);
  aws_.split_shard("events", kFirst);
  const std::string before = iterator(kFirst);
  aws_.trim_shard("events", kFirst);
  EXPECT_FALSE(shards().contains(kFirst));
  EXPECT_EQ(type(kinesis("GetRecords", {{"ShardIterator", before}})), "ResourceNotFoundException");
  EXPECT_EQ(shards()[kThird]["ParentShardId"], kFirst);
  EXPECT_THAT(aws_.split_shard("events", kThird),
              ElementsAre("shardId-000000000004", "shardId-000000000005"));
}

TEST_F(FakeShardsTest, AShardIsAskedFiveTimesASecond) {
  FakeAws limited({.check_signatures = false, .read_limits = true});
  limited.create_stream("events", 2);
  const auto ask = [&](const std::string& action, const json& request) {
    return post(limited, "Kinesis_20131202." + action, request.dump());
  };
  const auto iterator_of = [&](const std::string& shard) {
    const json asked = {{"StreamName", "events"}, {"ShardId", shard}, {"ShardIteratorType", "LATEST"}};
    return json::parse(ask("GetShardIterator", asked).body)["ShardIterator"];
  };
  limited.hold_clock(1'700'000'000);
  const json of_first = {{"ShardIterator", iterator_of(kFirst)}};
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ask("GetRecords", of_first).status, 200);
  EXPECT_EQ(type(ask("GetRecords", of_first)), "ProvisionedThroughputExceededException");
  EXPECT_EQ(ask("GetRecords", {{"ShardIterator", iterator_of(kSecond)}}).status, 200);
  limited.hold_clock(1'700'000'001);
  EXPECT_EQ(ask("GetRecords", of_first).status, 200);
}

TEST_F(FakeShardsTest, IteratorsLiveAsLongAsTheyAreTold) {
  FakeAws quick({.check_signatures = false, .iterator_seconds = 2});
  quick.create_stream("events", 1);
  quick.hold_clock(1'700'000'000);
  const json asked = {{"StreamName", "events"}, {"ShardId", kFirst}, {"ShardIteratorType", "LATEST"}};
  const json got =
      json::parse(post(quick, "Kinesis_20131202.GetShardIterator", asked.dump()).body)["ShardIterator"];
  const auto records = [&] {
    return post(quick, "Kinesis_20131202.GetRecords", json{{"ShardIterator", got}}.dump());
  };
  quick.hold_clock(1'700'000'002);
  EXPECT_EQ(records().status, 200);
  quick.hold_clock(1'700'000'003);
  EXPECT_EQ(type(records()), "ExpiredIteratorException");
}

}  // namespace
}  // namespace kinesight::support
