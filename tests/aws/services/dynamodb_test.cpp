#include "aws/services/dynamodb.h"

#include "aws/services/scripted_session.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;
using testing::HasSubstr;

Item event(const std::string& id, const std::string& ts_ms = "1769860800000") {
  return {{"event_id", {{"S", id}}}, {"ts_ms", {{"N", ts_ms}}}};
}

ItemQuery simple_query() {
  ItemQuery query;
  query.table = "t";
  query.key_condition = "event_id = :id";
  return query;
}

class DynamoDbTest : public ServiceTest {
 protected:
  void expect_target(std::string_view action) {
    const auto& request = only_request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://dynamodb.us-east-1.amazonaws.com/");
    EXPECT_EQ(request.header("X-Amz-Target"), "DynamoDB_20120810." + std::string(action));
    EXPECT_EQ(request.header("Content-Type"), "application/x-amz-json-1.0");
    EXPECT_THAT(request.header("Authorization"), HasSubstr("/us-east-1/dynamodb/aws4_request"));
  }

  DynamoDb dynamodb_ = DynamoDb::make(session_, {.region = "us-east-1", .endpoint_url = ""}).value();
};

TEST_F(DynamoDbTest, PutsAnItem) {
  transport_->answer(200, "{}");
  ASSERT_TRUE(dynamodb_.put_item("events-table", event("a", "0.1"), std::nullopt, {}));
  expect_target("PutItem");
  EXPECT_EQ(only_request().body,
            R"({"Item":{"event_id":{"S":"a"},"ts_ms":{"N":"0.1"}},"TableName":"events-table"})");
}

TEST_F(DynamoDbTest, TriesAPutAsOftenAsItIsTold) {
  for (int i = 0; i < 3; ++i) transport_->answer(500, R"({"__type":"InternalServerError"})");
  EXPECT_FALSE(dynamodb_.put_item("events-table", event("a"), 1, {}));
  EXPECT_EQ(transport_->sent.size(), 1U);
  EXPECT_FALSE(dynamodb_.put_item("events-table", event("a"), 2, {}));
  EXPECT_EQ(transport_->sent.size(), 3U);
}

TEST_F(DynamoDbTest, RefusesTextThatJsonCannotCarry) {
  const auto result = dynamodb_.put_item("events-table", event("\xff"), std::nullopt, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
  EXPECT_THAT(result.error().error.message, HasSubstr("DynamoDB PutItem: expected text in UTF-8"));
  EXPECT_TRUE(transport_->sent.empty());
}

TEST_F(DynamoDbTest, PutsABatchAndGivesBackWhatWasNotTaken) {
  transport_->answer(200, R"({"UnprocessedItems":{"events-table":[
    {"PutRequest":{"Item":{"event_id":{"S":"b"},"ts_ms":{"N":"1769860800000"}}}}]}})");
  const std::vector<Item> items = {event("a"), event("b")};
  const auto unprocessed = dynamodb_.batch_put("events-table", items, {});
  ASSERT_TRUE(unprocessed) << unprocessed.error().error.message;
  expect_target("BatchWriteItem");
  const json expected{{"RequestItems",
                       {{"events-table", json::array({{{"PutRequest", {{"Item", event("a")}}}},
                                                      {{"PutRequest", {{"Item", event("b")}}}}})}}}};
  EXPECT_EQ(only_request().json(), expected);
  EXPECT_EQ(*unprocessed, std::vector<Item>{event("b")});
}

TEST_F(DynamoDbTest, ABatchThatWasTakenWholeLeavesNothing) {
  const std::vector<Item> items(25, event("a"));
  for (const auto* body : {R"({"UnprocessedItems":{}})", "{}"}) {
    transport_->answer(200, body);
    const auto unprocessed = dynamodb_.batch_put("events-table", items, {});
    ASSERT_TRUE(unprocessed) << unprocessed.error().error.message;
    EXPECT_TRUE(unprocessed->empty());
  }
}

TEST_F(DynamoDbTest, ABatchIsTriedOnce) {
  const std::vector<Item> items = {event("a")};
  transport_->answer(
      400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"})");
  const auto result = dynamodb_.batch_put("events-table", items, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::throttled);
  EXPECT_EQ(result.error().code, "ProvisionedThroughputExceededException");
  EXPECT_EQ(transport_->sent.size(), 1U);
}

TEST_F(DynamoDbTest, RefusesABatchOfNoneAndOfTooMany) {
  for (const std::size_t count : {std::size_t{0}, DynamoDb::kMaxBatchItems + 1}) {
    const auto result = dynamodb_.batch_put("events-table", std::vector<Item>(count, event("a")), {});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error.kind, ErrorKind::invalid);
    EXPECT_THAT(result.error().error.message, HasSubstr("expected 1 to 25 items a request, found"));
  }
  EXPECT_TRUE(transport_->sent.empty());
}

TEST_F(DynamoDbTest, AnAnswerThatCannotBeReadLeavesTheFateOfABatchOpen) {
  const std::vector<Item> items = {event("a")};
  const std::string deep = std::string(1000, '[') + std::string(1000, ']');
  for (const auto& body :
       {std::string(""), std::string("garbage"), std::string("[]"), std::string(R"({"UnprocessedItems":[]})"),
        std::string(R"({"UnprocessedItems":{"events-table":[{"DeleteRequest":{}}]}})"),
        R"({"UnprocessedItems":)" + deep + "}"}) {
    transport_->answer(200, body);
    const auto result = dynamodb_.batch_put("events-table", items, {});
    ASSERT_FALSE(result) << body.substr(0, 80);
    EXPECT_EQ(result.error().error.kind, ErrorKind::corrupt);
    EXPECT_TRUE(result.error().uncertain);
  }
}

TEST_F(DynamoDbTest, AsksAnIndexPageByPage) {
  const json key{{"event_id", {{"S", "a"}}}};
  transport_->answer(200, json{{"Items", {event("a")}}, {"Count", 1}, {"LastEvaluatedKey", key}}.dump());
  const ItemQuery query{
      .table = "events-table",
      .index = "camera_id-ts_ms-index",
      .key_condition = "camera_id = :camera AND ts_ms >= :since",
      .filter = "#ttl > :now",
      .names = {{"#ttl", "ttl"}},
      .values = {{":camera", {{"S", "front"}}}, {":since", {{"N", "1"}}}, {":now", {{"N", "2"}}}},
      .forward = false,
      .page_items = 100};
  const auto page = dynamodb_.query(query, std::nullopt, {});
  ASSERT_TRUE(page) << page.error().error.message;
  expect_target("Query");
  EXPECT_EQ(only_request().json(),
            (json{{"TableName", "events-table"},
                  {"IndexName", "camera_id-ts_ms-index"},
                  {"KeyConditionExpression", "camera_id = :camera AND ts_ms >= :since"},
                  {"FilterExpression", "#ttl > :now"},
                  {"ExpressionAttributeNames", query.names},
                  {"ExpressionAttributeValues", query.values},
                  {"ScanIndexForward", false},
                  {"Limit", 100}}));
  EXPECT_EQ(page->items, std::vector<Item>{event("a")});
  ASSERT_EQ(page->next, key);

  transport_->answer(200, R"({"Items":[],"Count":0})");
  const auto last = dynamodb_.query(query, page->next, {});
  ASSERT_TRUE(last) << last.error().error.message;
  EXPECT_EQ(transport_->sent[1].json()["ExclusiveStartKey"], key);
  EXPECT_TRUE(last->items.empty());
  EXPECT_FALSE(last->next);
}

TEST_F(DynamoDbTest, LeavesOutOfAQueryWhatIsNotAsked) {
  transport_->answer(200, R"({"Items":[]})");
  ASSERT_TRUE(dynamodb_.query(simple_query(), std::nullopt, {}));
  EXPECT_EQ(
      only_request().json(),
      (json{{"TableName", "t"}, {"KeyConditionExpression", "event_id = :id"}, {"ScanIndexForward", true}}));
}

TEST_F(DynamoDbTest, ItemsAreReadAsDeepAsDynamoDbAllows) {
  Item deep{{"S", "x"}};
  for (int i = 0; i < 31; ++i) deep = {{"M", {{"k", deep}}}};
  transport_->answer(200, json{{"Items", json::array({{{"extras", deep}}})}}.dump());
  const auto page = dynamodb_.query(simple_query(), std::nullopt, {});
  ASSERT_TRUE(page) << page.error().error.message;
  EXPECT_EQ(page->items[0]["extras"], deep);
}

TEST_F(DynamoDbTest, DescribesATable) {
  transport_->answer(200, R"({"Table":{"TableName":"t","TableStatus":"ACTIVE"}})");
  const auto table = dynamodb_.describe_table("t", {});
  ASSERT_TRUE(table) << table.error().error.message;
  expect_target("DescribeTable");
  EXPECT_EQ(only_request().body, R"({"TableName":"t"})");
  EXPECT_EQ(*table, (json{{"TableName", "t"}, {"TableStatus", "ACTIVE"}}));
}

TEST_F(DynamoDbTest, SaysWhenThereIsNoTable) {
  transport_->answer(
      400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no"})");
  const auto table = dynamodb_.describe_table("t", {});
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().error.kind, ErrorKind::not_found);
}

TEST_F(DynamoDbTest, CreatesATableAsItIsTold) {
  transport_->answer(200, R"({"TableDescription":{}})");
  const json request{{"TableName", "t"}, {"BillingMode", "PAY_PER_REQUEST"}};
  ASSERT_TRUE(dynamodb_.create_table(request, {}));
  expect_target("CreateTable");
  EXPECT_EQ(only_request().json(), request);
}

TEST_F(DynamoDbTest, TellsTheTimeToLiveWhenItIsOn) {
  transport_->answer(200,
                     R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLING","AttributeName":"ttl"}})");
  EXPECT_EQ(dynamodb_.time_to_live("t", {}).value(), "ttl");
  expect_target("DescribeTimeToLive");
  transport_->answer(200, R"({"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}})");
  EXPECT_EQ(dynamodb_.time_to_live("t", {}).value(), std::nullopt);
  transport_->answer(200, R"({"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED"}})");
  EXPECT_EQ(dynamodb_.time_to_live("t", {}).error().error.kind, ErrorKind::corrupt);
}

TEST_F(DynamoDbTest, SwitchesTheTimeToLiveOn) {
  transport_->answer(200, R"({"TimeToLiveSpecification":{}})");
  ASSERT_TRUE(dynamodb_.set_time_to_live("t", "ttl", {}));
  expect_target("UpdateTimeToLive");
  EXPECT_EQ(
      only_request().json(),
      (json{{"TableName", "t"}, {"TimeToLiveSpecification", {{"AttributeName", "ttl"}, {"Enabled", true}}}}));
}

}  // namespace
}  // namespace kinesight::aws
