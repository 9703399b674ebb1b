// The fake Kinesis keeps AWS's limits and gives back what was put.
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FakeKinesisTest : public FakeAwsTest {
 protected:
  FakeKinesisTest() { aws_.create_stream("events", 2); }
  static json record(const std::string& key, const std::string& data) {
    return {{"PartitionKey", key}, {"Data", fake::to_base64(data)}};
  }
  WireAnswer put_of(std::vector<json> list) {
    return kinesis("PutRecords", {{"StreamName", "events"}, {"Records", list}});
  }
};

TEST_F(FakeKinesisTest, StoresRecordsInTheOrderOfTheRequest) {
  const json answer = json::parse(put(3).body);
  EXPECT_EQ(answer["FailedRecordCount"], 0);
  const Events events = aws_.ledger().snapshot();
  ASSERT_EQ(events.records.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(events.records[i].data, fmt::format("d{}", i));
    EXPECT_EQ(events.records[i].partition_key, fmt::format("k{}", i));
    EXPECT_EQ(events.records[i].shard, answer["Records"][i]["ShardId"]);
    EXPECT_EQ(events.records[i].sequence_number, answer["Records"][i]["SequenceNumber"]);
    EXPECT_EQ(events.records[i].sha256, fake::to_hex(fake::sha256(events.records[i].data)));
  }
}

TEST_F(FakeKinesisTest, ShardsAreRangesOfTheKeysMd5) {
  // MD5("a") is 0cc1…, MD5("b") is 92eb…: the lower and the upper half.
  const json answer = json::parse(put_of({record("a", "x"), record("b", "x")}).body);
  EXPECT_EQ(answer["Records"][0]["ShardId"], "shardId-000000000000");
  EXPECT_EQ(answer["Records"][1]["ShardId"], "shardId-000000000001");
  const json shards = json::parse(kinesis("ListShards", {{"StreamName", "events"}}).body)["Shards"];
  ASSERT_EQ(shards.size(), 2u);
  EXPECT_EQ(shards[0]["HashKeyRange"]["StartingHashKey"], "0");
  EXPECT_EQ(shards[1]["HashKeyRange"]["StartingHashKey"], "170141183460469231731687303715884105728");
  EXPECT_EQ(shards[1]["HashKeyRange"]["EndingHashKey"], "340282366920938463463374607431768211455");
}

TEST_F(FakeKinesisTest, ExplicitHashKeysChooseTheShard) {
  json chosen = record("a", "x");
  chosen["ExplicitHashKey"] = "340282366920938463463374607431768211455";
  EXPECT_EQ(json::parse(put_of({chosen}).body)["Records"][0]["ShardId"], "shardId-000000000001");
  chosen["ExplicitHashKey"] = "340282366920938463463374607431768211456";
  EXPECT_EQ(type(put_of({chosen})), "InvalidArgumentException");
}

TEST_F(FakeKinesisTest, KeepsTheLimitsOfPutRecords) {
  constexpr std::size_t kMiB = 1024 * 1024;
  EXPECT_EQ(put(500).status, 200);
  EXPECT_EQ(type(put(501)), "ValidationException");
  EXPECT_EQ(type(put(0)), "ValidationException");
  EXPECT_EQ(put_of({record("k", std::string(kMiB - 1, 'x'))}).status, 200);
  EXPECT_THAT(put_of({record("k", std::string(kMiB, 'x'))}).body, HasSubstr("1048576"));
  EXPECT_EQ(put_of({record(std::string(256, 'k'), "x")}).status, 200);
  EXPECT_EQ(type(put_of({record(std::string(257, 'k'), "x")})), "ValidationException");
  EXPECT_EQ(type(put_of({record("", "x")})), "ValidationException");
  const json large = record("k", std::string(kMiB - 1, 'x'));
  EXPECT_EQ(put_of(std::vector<json>(10, large)).status, 200);
  EXPECT_EQ(type(put_of(std::vector<json>(11, large))), "InvalidArgumentException");
}

TEST_F(FakeKinesisTest, RefusesWhatIsNoRequest) {
  EXPECT_EQ(type(post(aws_, "Kinesis_20131202.PutRecords", "{\"StreamName\": ")), "SerializationException");
  EXPECT_EQ(type(kinesis("PutRecords", records(1, "other"))), "ResourceNotFoundException");
  EXPECT_EQ(type(kinesis("Fly", json::object())), "UnknownOperationException");
  EXPECT_EQ(type(kinesis("CreateStream", {{"StreamName", "events"}, {"ShardCount", 1}})),
            "ResourceInUseException");
}

TEST_F(FakeKinesisTest, AShardTakesAThousandRecordsASecond) {
  FakeAws limited({.check_signatures = false, .shard_limits = true});
  limited.create_stream("events", 1);
  std::vector<int> failed;
  for (const int second : {1, 1, 1, 2}) {
    limited.hold_clock(second);
    const auto answer = json::parse(post(limited, "Kinesis_20131202.PutRecords", records(500).dump()).body);
    failed.push_back(answer["FailedRecordCount"]);
  }
  EXPECT_THAT(failed, ElementsAre(0, 0, 500, 0));
}

TEST_F(FakeKinesisTest, ReadersGetPagesInOrder) {
  put(20);
  std::vector<std::string> seen;
  for (const char* shard : {"shardId-000000000000", "shardId-000000000001"}) {
    const json asked = {{"StreamName", "events"}, {"ShardId", shard}, {"ShardIteratorType", "TRIM_HORIZON"}};
    std::string iterator = json::parse(kinesis("GetShardIterator", asked).body)["ShardIterator"];
    for (int page = 0; page < 20; ++page) {
      const json answer =
          json::parse(kinesis("GetRecords", {{"ShardIterator", iterator}, {"Limit", 1}}).body);
      for (const json& record : answer["Records"]) {
        seen.push_back(*fake::from_base64(record["Data"].get<std::string>()));
      }
      iterator = answer["NextShardIterator"];
    }
  }
  EXPECT_EQ(seen.size(), 20u);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), 20u);
}

TEST_F(FakeKinesisTest, IteratorsExpireAfterFiveMinutes) {
  const json asked = {
      {"StreamName", "events"}, {"ShardId", "shardId-000000000000"}, {"ShardIteratorType", "LATEST"}};
  const std::string iterator = json::parse(kinesis("GetShardIterator", asked).body)["ShardIterator"];
  aws_.set_clock_offset(std::chrono::minutes(6));
  EXPECT_EQ(type(kinesis("GetRecords", {{"ShardIterator", iterator}})), "ExpiredIteratorException");
}

TEST_F(FakeKinesisTest, StreamsAreMadeAndDescribed) {
  kinesis("CreateStream", {{"StreamName", "busy"}, {"StreamModeDetails", {{"StreamMode", "ON_DEMAND"}}}});
  const auto summary = json::parse(
      kinesis("DescribeStreamSummary", {{"StreamName", "busy"}}).body)["StreamDescriptionSummary"];
  EXPECT_EQ(summary["StreamModeDetails"]["StreamMode"], "ON_DEMAND");
  EXPECT_EQ(summary["OpenShardCount"], 4);
  EXPECT_EQ(summary["StreamStatus"], "ACTIVE");
  EXPECT_EQ(type(kinesis("DescribeStreamSummary", {{"StreamName", "none"}})), "ResourceNotFoundException");
}

TEST_F(FakeKinesisTest, ANewStreamTakesItsTime) {
  FakeAws slow({.check_signatures = false, .creating = 2});
  slow.create_stream("events", 1);
  std::vector<std::string> statuses;
  for (int i = 0; i < 3; ++i) {
    const WireAnswer answer =
        post(slow, "Kinesis_20131202.DescribeStreamSummary", json{{"StreamName", "events"}}.dump());
    statuses.push_back(json::parse(answer.body)["StreamDescriptionSummary"]["StreamStatus"]);
  }
  EXPECT_THAT(statuses, ElementsAre("CREATING", "CREATING", "ACTIVE"));
}

TEST_F(FakeKinesisTest, AnOutageEndsWithAllThatWasThere) {
  put(2);
  aws_.stop();
  EXPECT_FALSE(WireClient(aws_.port()).connected());
  aws_.start();
  EXPECT_EQ(put(1).status, 200);
  EXPECT_EQ(stored(), 3u);
}

TEST_F(FakeKinesisTest, OneConnectionCarriesManyRequests) {
  WireClient client(aws_.port());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        client.send("POST", "/", {{"X-Amz-Target", "Kinesis_20131202.PutRecords"}}, records(2).dump()).status,
        200);
  }
  EXPECT_EQ(aws_.connections(), 1);
  EXPECT_EQ(stored(), 6u);
}

TEST_F(FakeKinesisTest, CountsAloneAreKeptForBenchmarks) {
  FakeAws light({.keep = Keep::counts, .check_signatures = false});
  light.create_stream("events", 2);
  EXPECT_EQ(post(light, "Kinesis_20131202.PutRecords", records(5).dump()).status, 200);
  const Events events = light.ledger().snapshot();
  EXPECT_EQ(events.record_count, 5u);
  EXPECT_TRUE(events.records.empty());
}

}  // namespace
}  // namespace kinesight::support
