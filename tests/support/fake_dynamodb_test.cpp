// The fake DynamoDB keeps AWS's rules for items, batches, pages and tables.
#include "support/fake_aws_fixture.h"

namespace kinesight::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const json kTable = json::parse(R"({
  "TableName": "events",
  "KeySchema": [{"AttributeName": "event_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
  "AttributeDefinitions": [{"AttributeName": "event_id", "AttributeType": "S"},
                           {"AttributeName": "ts_ms", "AttributeType": "N"},
                           {"AttributeName": "camera_id", "AttributeType": "S"}],
  "GlobalSecondaryIndexes": [{"IndexName": "by-camera", "Projection": {"ProjectionType": "ALL"},
                              "KeySchema": [{"AttributeName": "camera_id", "KeyType": "HASH"},
                                            {"AttributeName": "ts_ms", "KeyType": "RANGE"}]}],
  "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}})");

class FakeDynamoDbTest : public FakeAwsTest {
 protected:
  FakeDynamoDbTest() { dynamodb("CreateTable", kTable); }
  static json item(const std::string& id, int ts_ms, const std::string& camera = "gate") {
    return {
        {"event_id", {{"S", id}}}, {"ts_ms", {{"N", std::to_string(ts_ms)}}}, {"camera_id", {{"S", camera}}}};
  }
  WireAnswer put_item(const json& item) {
    return dynamodb("PutItem", {{"TableName", "events"}, {"Item", item}});
  }
  WireAnswer batch(const std::vector<json>& items) {
    json writes = json::array();
    for (const json& item : items) writes.push_back({{"PutRequest", {{"Item", item}}}});
    return dynamodb("BatchWriteItem", {{"RequestItems", {{"events", writes}}}});
  }
  std::vector<json> batch_of(int count) {
    std::vector<json> items;
    for (int i = 0; i < count; ++i) items.push_back(item(fmt::format("e{}", i), i));
    return items;
  }
  /// Asks by camera for ts_ms from 2 to 7, with `more` in the request.
  json query(json more) {
    json request = {
        {"TableName", "events"},
        {"IndexName", "by-camera"},
        {"KeyConditionExpression", "camera_id = :c AND ts_ms BETWEEN :a AND :b"},
        {"ExpressionAttributeValues",
         {{":c", {{"S", "gate"}}}, {":a", {{"N", "2"}}}, {":b", {{"N", "7"}}}, {":x", {{"N", "5"}}}}}};
    request.update(more);
    return json::parse(dynamodb("Query", request).body);
  }
  static std::vector<std::string> ids(const json& answer) {
    std::vector<std::string> found;
    for (const json& item : answer.at("Items")) found.push_back(item["event_id"]["S"]);
    return found;
  }
};

TEST_F(FakeDynamoDbTest, GivesBackAnItemAsItWasPut) {
  json stored = item("e", 7);
  stored["extras"] = {{"M", {{"list", {{"L", {{{"N", "0.1"}}, {{"BOOL", true}}, {{"NULL", true}}}}}}}}};
  EXPECT_EQ(put_item(stored).status, 200);
  json key = item("e", 0);
  key.erase("camera_id");
  key["ts_ms"]["N"] = "7.0";  // The same number.
  const auto answer = dynamodb("GetItem", {{"TableName", "events"}, {"Key", key}});
  EXPECT_EQ(json::parse(answer.body)["Item"], stored);
  const Events events = aws_.ledger().snapshot();
  ASSERT_EQ(events.items.size(), 1u);
  EXPECT_EQ(events.items[0].item, stored);
}

TEST_F(FakeDynamoDbTest, RefusesItemsThatATableCannotHold) {
  json item_without_key = item("e", 1);
  item_without_key.erase("ts_ms");
  json wrong_type = item("e", 1);
  wrong_type["ts_ms"] = {{"S", "1"}};
  json no_number = item("e", 1);
  no_number["conf"] = {{"N", "nan"}};
  json long_number = item("e", 1);
  long_number["conf"] = {{"N", "1." + std::string(38, '1')}};
  json wrong_index_type = item("e", 1);
  wrong_index_type["camera_id"] = {{"N", "1"}};
  json large = item("e", 1);
  large["text"] = {{"S", std::string(400 * 1024, 'x')}};
  for (const json& bad : {item_without_key, wrong_type, no_number, long_number, wrong_index_type, large}) {
    const WireAnswer answer = put_item(bad);
    EXPECT_EQ(answer.status, 400) << bad.dump().substr(0, 200);
    EXPECT_EQ(type(answer), "com.amazon.coral.service#ValidationException");
  }
  EXPECT_EQ(aws_.ledger().snapshot().item_count, 0u);
}

TEST_F(FakeDynamoDbTest, ABatchHasTwentyFiveItemsWithKeysOfTheirOwn) {
  EXPECT_EQ(batch(batch_of(25)).status, 200);
  EXPECT_THAT(batch(batch_of(26)).body, HasSubstr("Too many items"));
  EXPECT_THAT(batch({item("a", 1), item("b", 1), item("a", 1)}).body, HasSubstr("contains duplicates"));
  EXPECT_EQ(aws_.ledger().snapshot().item_count, 25u);
}

TEST_F(FakeDynamoDbTest, UnprocessedItemsComeBackAndAreNotStored) {
  aws_.faults().add({.kind = FaultKind::unprocessed, .action = "BatchWriteItem", .count = 1, .share = 0.4});
  const json answer = json::parse(batch(batch_of(25)).body);
  const std::size_t left = answer["UnprocessedItems"]["events"].size();
  EXPECT_THAT(left, testing::AllOf(testing::Gt(0u), testing::Lt(25u)));
  EXPECT_EQ(aws_.ledger().snapshot().item_count, 25u - left);
  EXPECT_TRUE(answer["UnprocessedItems"]["events"][0].contains("PutRequest"));
}

TEST_F(FakeDynamoDbTest, ABatchThatIsThrottledToTheLastItemRaises) {
  aws_.faults().add({.kind = FaultKind::unprocessed, .count = 1, .share = 1});
  EXPECT_THAT(type(batch(batch_of(3))), HasSubstr("#ProvisionedThroughputExceededException"));
  EXPECT_EQ(json::parse(batch(batch_of(3)).body)["UnprocessedItems"], json::object());
}

TEST_F(FakeDynamoDbTest, QueriesAnIndexInTheOrderOfItsRangeKey) {
  batch({item("c", 3), item("a", 9), item("b", 5), item("d", 2), item("other", 4, "yard"), item("f", 1)});
  EXPECT_THAT(ids(query(json::object())), ElementsAre("d", "c", "b"));
  EXPECT_THAT(ids(query({{"ScanIndexForward", false}})), ElementsAre("b", "c", "d"));
}

TEST_F(FakeDynamoDbTest, PagesEndAtTheLimitAndBeginAgainBehindIt) {
  batch({item("d", 3), item("c", 3), item("b", 2), item("a", 5), item("e", 7)});
  for (const bool forward : {true, false}) {
    std::vector<std::string> seen;
    json more = {{"Limit", 2}, {"ScanIndexForward", forward}};
    int pages = 0;
    for (json answer; pages == 0 || answer.contains("LastEvaluatedKey"); ++pages) {
      answer = query(more);
      for (const auto& id : ids(answer)) seen.push_back(id);
      if (answer.contains("LastEvaluatedKey")) more["ExclusiveStartKey"] = answer["LastEvaluatedKey"];
    }
    EXPECT_EQ(pages, 3);
    if (!forward) std::ranges::reverse(seen);
    EXPECT_THAT(seen, ElementsAre("b", "c", "d", "a", "e"));
  }
}

TEST_F(FakeDynamoDbTest, AFilterLeavesItemsOutAfterTheyWereCounted) {
  batch({item("a", 2), item("b", 5), item("c", 6)});
  const json answer =
      query({{"FilterExpression", "attribute_not_exists(#t) AND NOT (ts_ms > :x OR ts_ms < :a)"},
             {"ExpressionAttributeNames", {{"#t", "ttl"}}}});
  EXPECT_THAT(ids(answer), ElementsAre("a", "b"));
  EXPECT_EQ(answer["ScannedCount"], 3);
  EXPECT_EQ(answer["Count"], 2);
}

TEST_F(FakeDynamoDbTest, RefusesExpressionsThatAwsRefuses) {
  const auto message = [&](const json& more) { return query(more).value("message", ""); };
  EXPECT_THAT(message({{"KeyConditionExpression", "ts_ms > :x"}}), HasSubstr("camera_id"));
  EXPECT_THAT(message({{"KeyConditionExpression", "camera_id = :c AND event_id = :c"}}),
              HasSubstr("not supported"));
  EXPECT_THAT(message({{"FilterExpression", "ttl > :x"}}), HasSubstr("reserved keyword: ttl"));
  EXPECT_THAT(message({{"FilterExpression", "#t > :x"}}), HasSubstr("#t"));
  EXPECT_THAT(message({{"FilterExpression", "conf > :none"}}), HasSubstr(":none"));
  EXPECT_THAT(message({{"FilterExpression", "conf >"}}), HasSubstr("Syntax error"));
}

TEST_F(FakeDynamoDbTest, AConditionGuardsAnItem) {
  json request = {{"TableName", "events"},
                  {"Item", item("e", 1)},
                  {"ConditionExpression", "attribute_not_exists(event_id)"}};
  EXPECT_EQ(dynamodb("PutItem", request).status, 200);
  EXPECT_THAT(type(dynamodb("PutItem", request)), HasSubstr("ConditionalCheckFailedException"));
}

TEST_F(FakeDynamoDbTest, TablesAreDescribedAsTheyWereMade) {
  const json table = json::parse(dynamodb("DescribeTable", {{"TableName", "events"}}).body)["Table"];
  EXPECT_EQ(table["TableStatus"], "ACTIVE");
  EXPECT_EQ(table["KeySchema"], kTable["KeySchema"]);
  EXPECT_EQ(table["GlobalSecondaryIndexes"][0]["IndexStatus"], "ACTIVE");
  EXPECT_EQ(table["ProvisionedThroughput"]["ReadCapacityUnits"], 5);
  EXPECT_THAT(type(dynamodb("CreateTable", kTable)), HasSubstr("ResourceInUseException"));
  EXPECT_THAT(type(dynamodb("DescribeTable", {{"TableName", "none"}})),
              HasSubstr("ResourceNotFoundException"));
}

TEST_F(FakeDynamoDbTest, TimeToLiveIsSwitchedOnOnce) {
  const json asked = {{"TableName", "events"}};
  EXPECT_EQ(
      json::parse(dynamodb("DescribeTimeToLive", asked).body)["TimeToLiveDescription"]["TimeToLiveStatus"],
      "DISABLED");
  json wanted = asked;
  wanted["TimeToLiveSpecification"] = {{"Enabled", true}, {"AttributeName", "ttl"}};
  EXPECT_EQ(dynamodb("UpdateTimeToLive", wanted).status, 200);
  const json found = json::parse(dynamodb("DescribeTimeToLive", asked).body)["TimeToLiveDescription"];
  EXPECT_EQ(found["TimeToLiveStatus"], "ENABLED");
  EXPECT_EQ(found["AttributeName"], "ttl");
  EXPECT_THAT(dynamodb("UpdateTimeToLive", wanted).body, HasSubstr("already enabled"));
}

}  // namespace
}  // namespace kinesight::support
