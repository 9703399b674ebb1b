// What the product relies on in DynamoDB.
#include "aws/services/dynamodb.h"

#include <set>

#include "contract/peer.h"

namespace kinesight::contract {
namespace {

using aws::Item;
using nlohmann::json;

/// The table of events as seed 000 has it.
json table_request(const std::string& name) {
  auto request = json::parse(R"({
    "AttributeDefinitions": [{"AttributeName": "event_id", "AttributeType": "S"},
                             {"AttributeName": "ts_ms", "AttributeType": "N"},
                             {"AttributeName": "camera_id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "event_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [{
      "IndexName": "camera_id-ts_ms-index",
      "KeySchema": [{"AttributeName": "camera_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
      "Projection": {"ProjectionType": "ALL"},
      "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}})");
  request["TableName"] = name;
  return request;
}

Item event(const std::string& id, int ts_ms, const std::string& camera = "front") {
  return {
      {"event_id", {{"S", id}}}, {"ts_ms", {{"N", std::to_string(ts_ms)}}}, {"camera_id", {{"S", camera}}}};
}

class DynamoDbContract : public ContractTest {
 protected:
  DynamoDbContract() : ContractTest("DYNAMODB") {}

  std::string table() {
    const auto name = unique("events");
    const auto made = dynamodb_.create_table(table_request(name), {});
    EXPECT_TRUE(succeeds(made));
    if (!made) return name;
    await([&] {
      const auto described = dynamodb_.describe_table(name, {});
      return described && described->value("TableStatus", "") == "ACTIVE";
    });
    return name;
  }
  aws::CallResult<> put(const std::string& name, const Item& item) {
    return dynamodb_.put_item(name, item, std::nullopt, {});
  }
  /// The events of a camera, as the index has them.
  aws::ItemQuery of_camera(const std::string& name, const std::string& camera) {
    aws::ItemQuery query;
    query.table = name;
    query.index = "camera_id-ts_ms-index";
    query.key_condition = "camera_id = :camera AND ts_ms >= :since";
    query.values = {{":camera", {{"S", camera}}}, {":since", {{"N", "0"}}}};
    return query;
  }
  /// All of a query's pages; how many there were.
  std::vector<Item> all(const aws::ItemQuery& query, int* pages = nullptr) {
    std::vector<Item> items;
    std::optional<Item> from;
    do {
      const auto page = dynamodb_.query(query, from, {});
      EXPECT_TRUE(succeeds(page));
      if (!page) break;
      EXPECT_LE(static_cast<int>(page->items.size()), query.page_items.value_or(1'000'000));
      items.insert(items.end(), page->items.begin(), page->items.end());
      from = page->next;
      if (pages) ++*pages;
    } while (from);
    return items;
  }

  aws::DynamoDb dynamodb_ = aws::DynamoDb::make(session(), options()).value();
};

TEST_F(DynamoDbContract, ATableIsMadeAndDescribedWithItsKeysAndIndex) {
  const auto name = table();
  const auto described = dynamodb_.describe_table(name, {});
  ASSERT_TRUE(succeeds(described));
  const auto request = table_request(name);
  EXPECT_EQ((*described)["TableName"], name);
  EXPECT_EQ((*described)["KeySchema"], request["KeySchema"]);
  const auto& attributes = (*described)["AttributeDefinitions"];
  const auto& asked = request["AttributeDefinitions"];
  EXPECT_EQ(std::set<json>(attributes.begin(), attributes.end()), std::set<json>(asked.begin(), asked.end()));
  ASSERT_EQ((*described)["GlobalSecondaryIndexes"].size(), 1U);
  const auto& index = (*described)["GlobalSecondaryIndexes"][0];
  EXPECT_EQ(index["IndexName"], "camera_id-ts_ms-index");
  EXPECT_EQ(index["KeySchema"], request["GlobalSecondaryIndexes"][0]["KeySchema"]);
  EXPECT_EQ(index["Projection"]["ProjectionType"], "ALL");
  EXPECT_EQ(index["IndexStatus"], "ACTIVE");
}

TEST_F(DynamoDbContract, ATableIsMadeOnce) {
  const auto name = table();
  EXPECT_TRUE(
      fails(dynamodb_.create_table(table_request(name), {}), ErrorKind::invalid, "ResourceInUseException"));
}

TEST_F(DynamoDbContract, AnItemComesBackAsItWasPut) {
  const auto name = table();
  auto item = event("a", 1);
  item["label"] = {{"S", "tür \"漢\" 🎥 \\ \n"}};
  item["bbox"] = {{"L", json::array({{{"N", "1"}}, {{"N", "-2.5"}}})}};
  item["extras"] = {
      {"M", {{"snapshot", {{"S", "k"}}}, {"yes", {{"BOOL", true}}}, {"none", {{"NULL", true}}}}}};
  ASSERT_TRUE(succeeds(put(name, item)));
  const auto found = all(of_camera(name, "front"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], item);
}

TEST_F(DynamoDbContract, NumbersComeBackToTheLastDigit) {
  const auto name = table();
  const std::vector<std::string> numbers = {"0.1",
                                            "0.30000000000000004",
                                            "0.8700000047683716",
                                            "1769860800000",
                                            "9007199254740993",
                                            "-0.000123456789012345",
                                            "12345678901234567890123456789012345678"};
  auto item = event("a", 1);
  item["numbers"]["L"] = json::array();
  for (const auto& number : numbers) item["numbers"]["L"].push_back({{"N", number}});
  ASSERT_TRUE(succeeds(put(name, item)));
  const auto found = all(of_camera(name, "front"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0]["numbers"], item["numbers"]);
}

TEST_F(DynamoDbContract, AnItemOfTheSameKeyReplacesTheOther) {
  const auto name = table();
  auto second = event("a", 1);
  second["label"] = {{"S", "second"}};
  ASSERT_TRUE(succeeds(put(name, event("a", 1))));
  ASSERT_TRUE(succeeds(put(name, second)));
  EXPECT_EQ(all(of_camera(name, "front")), std::vector<Item>{second});
}

TEST_F(DynamoDbContract, ABatchOfTwentyFiveIsTaken) {
  const auto name = table();
  std::vector<Item> items;
  for (int i = 0; i < 25; ++i) items.push_back(event("e" + std::to_string(i), i));
  const auto unprocessed = dynamodb_.batch_put(name, items, {});
  ASSERT_TRUE(succeeds(unprocessed));
  EXPECT_TRUE(unprocessed->empty());
  EXPECT_EQ(all(of_camera(name, "front")), items) << "by the sort key, upwards";
}

TEST_F(DynamoDbContract, ABatchWithAKeyTwiceIsRefusedWhole) {
  const auto name = table();
  auto twin = event("a", 1);
  // moto compares whole items rather than their keys.
  if (!peer_is("moto")) twin["label"] = {{"S", "another"}};
  const std::vector<Item> items = {event("a", 1), event("b", 2), twin};
  EXPECT_TRUE(fails(dynamodb_.batch_put(name, items, {}), ErrorKind::invalid));
  EXPECT_TRUE(all(of_camera(name, "front")).empty());
}

TEST_F(DynamoDbContract, AnItemThatIsTooLargeIsRefused) {
  const auto name = table();
  auto item = event("a", 1);
  item["label"] = {{"S", std::string(aws::DynamoDb::kMaxItemBytes, 'x')}};
  EXPECT_TRUE(fails(put(name, item), ErrorKind::invalid));
  EXPECT_TRUE(fails(dynamodb_.batch_put(name, std::vector<Item>{item}, {}), ErrorKind::invalid));
}

TEST_F(DynamoDbContract, AnItemWithoutItsKeyIsRefused) {
  const auto name = table();
  EXPECT_TRUE(fails(put(name, {{"event_id", {{"S", "a"}}}}), ErrorKind::invalid));
}

TEST_F(DynamoDbContract, AnIndexIsAskedPageByPageInBothDirections) {
  const auto name = table();
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(succeeds(put(name, event("e" + std::to_string(i), i))));
  ASSERT_TRUE(succeeds(put(name, event("other", 3, "back"))));
  auto query = of_camera(name, "front");
  query.page_items = 3;
  int pages = 0;
  auto found = all(query, &pages);
  ASSERT_EQ(found.size(), 7U);
  EXPECT_EQ(pages, 3);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(found[i], event("e" + std::to_string(i), i));
  query.forward = false;
  found = all(query);
  ASSERT_EQ(found.size(), 7U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(found[i], event("e" + std::to_string(6 - i), 6 - i));
}

TEST_F(DynamoDbContract, EventsOfOneMillisecondAreAllFoundThroughThePages) {
  const auto name = table();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(succeeds(put(name, event("e" + std::to_string(i), 7))));
  auto query = of_camera(name, "front");
  query.page_items = 2;
  std::set<std::string> ids;
  for (const auto& item : all(query)) ids.insert(item["event_id"]["S"]);
  EXPECT_EQ(ids.size(), 5U);
}

TEST_F(DynamoDbContract, AFilterIsAppliedAfterThePageIsCut) {
  const auto name = table();
  for (int i = 0; i < 4; ++i) {
    auto item = event("e" + std::to_string(i), i);
    item["ttl"] = {{"N", i < 2 ? "100" : "300"}};
    ASSERT_TRUE(succeeds(put(name, item)));
  }
  auto query = of_camera(name, "front");
  query.filter = "#ttl > :now";
  query.names = {{"#ttl", "ttl"}};
  query.values[":now"] = {{"N", "200"}};
  query.page_items = 2;
  const auto first = dynamodb_.query(query, std::nullopt, {});
  ASSERT_TRUE(succeeds(first));
  EXPECT_TRUE(first->items.empty());
  EXPECT_TRUE(first->next) << "a page may be empty and not the last";
  EXPECT_EQ(all(query).size(), 2U);
}

TEST_F(DynamoDbContract, ATableIsReadWholePageByPage) {
  const auto name = table();
  std::set<std::string> put_ids, found;
  for (int i = 0; i < 7; ++i) {
    put_ids.insert("e" + std::to_string(i));
    ASSERT_TRUE(succeeds(put(name, event("e" + std::to_string(i), i, i % 2 == 0 ? "front" : "back"))));
  }
  std::optional<Item> from;
  int pages = 0;
  do {
    const auto page = dynamodb_.scan(name, 3, from, {});
    ASSERT_TRUE(succeeds(page));
    EXPECT_LE(page->items.size(), 3U);
    for (const auto& item : page->items)
      EXPECT_TRUE(found.insert(item["event_id"]["S"]).second) << "an item of two pages: " << item;
    from = page->next;
    ++pages;
  } while (from);
  EXPECT_EQ(found, put_ids);
  EXPECT_GE(pages, 3);
  const auto whole = dynamodb_.scan(name, {}, {}, {});
  ASSERT_TRUE(succeeds(whole));
  EXPECT_EQ(whole->items.size(), 7U);
  EXPECT_FALSE(whole->next);
}

TEST_F(DynamoDbContract, AnItemIsDeletedAndOneThatIsNotThereToo) {
  const auto name = table();
  const Item key = {{"event_id", {{"S", "a"}}}, {"ts_ms", {{"N", "1"}}}};
  ASSERT_TRUE(succeeds(put(name, event("a", 1))));
  ASSERT_TRUE(succeeds(put(name, event("b", 2))));
  ASSERT_TRUE(succeeds(dynamodb_.delete_item(name, key, {})));
  EXPECT_EQ(all(of_camera(name, "front")), std::vector<Item>{event("b", 2)});
  EXPECT_TRUE(succeeds(dynamodb_.delete_item(name, key, {})));
  EXPECT_TRUE(fails(dynamodb_.delete_item(name, {{"event_id", {{"S", "b"}}}}, {}), ErrorKind::invalid))
      << "of a key the half";
}

TEST_F(DynamoDbContract, TheTimeToLiveIsSwitchedOn) {
  const auto name = table();
  const auto before = dynamodb_.time_to_live(name, {});
  ASSERT_TRUE(succeeds(before));
  EXPECT_FALSE(before->has_value());
  ASSERT_TRUE(succeeds(dynamodb_.set_time_to_live(name, "ttl", {})));
  const auto after = dynamodb_.time_to_live(name, {});
  ASSERT_TRUE(succeeds(after));
  EXPECT_EQ(*after, "ttl");
}

TEST_F(DynamoDbContract, ATableThatIsNotThereIsNotFound) {
  const auto name = unique("absent");
  EXPECT_TRUE(fails(dynamodb_.describe_table(name, {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(put(name, event("a", 1)), ErrorKind::not_found));
  EXPECT_TRUE(fails(dynamodb_.batch_put(name, std::vector<Item>{event("a", 1)}, {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(dynamodb_.query(of_camera(name, "front"), std::nullopt, {}), ErrorKind::not_found));
  EXPECT_TRUE(fails(dynamodb_.scan(name, {}, {}, {}), ErrorKind::not_found));
  const Item key = {{"event_id", {{"S", "a"}}}, {"ts_ms", {{"N", "1"}}}};
  EXPECT_TRUE(fails(dynamodb_.delete_item(name, key, {}), ErrorKind::not_found));
  // moto has a code of its own here: ResourceNotFound.
  EXPECT_TRUE(
      fails(dynamodb_.time_to_live(name, {}), peer_is("moto") ? ErrorKind::invalid : ErrorKind::not_found));
}

TEST_F(DynamoDbContract, AWrongSecretIsDenied) {
  const auto name = table();
  const auto result = aws::DynamoDb::make(wrong_session(), options()).value().describe_table(name, {});
  if (peer_is("moto")) {
    EXPECT_TRUE(succeeds(result)) << "it has begun to check signatures: hold it to the contract";
  } else {
    EXPECT_TRUE(fails(result, ErrorKind::denied));
  }
}

}  // namespace
}  // namespace kinesight::contract
