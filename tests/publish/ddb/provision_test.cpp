#include "publish/ddb/provision.h"

#include "publish/ddb/table_peer.h"
#include "publish/ddb/table_shape.h"
#include "publish/publisher_kind.h"
#include "publish/sink_context.h"

namespace kinesight::publish {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kAbsent = R"({"__type":"ResourceNotFoundException","message":"no such table"})";

/// What DescribeTable says of a table that was made by `create_table_request`.
json described(bool on_demand, const std::string& status = "ACTIVE") {
  json table = create_table_request("events", events_table_shape(), on_demand);
  table["TableStatus"] = status;
  table["BillingModeSummary"] = {{"BillingMode", table["BillingMode"]}};
  table.erase("BillingMode");
  if (on_demand) table["ProvisionedThroughput"] = {{"ReadCapacityUnits", 0}, {"WriteCapacityUnits", 0}};
  return table;
}

class TableProvisioning : public aws::ServiceTest {
 protected:
  TableProvisioning() {
    auto& options = *static_cast<DdbOptions*>(parsed_.object());
    options.region = "eu-west-1";
    options.table_name = "events";
  }
  void answer_table(const json& table) { transport_->answer(200, json{{"Table", table}}.dump()); }
  void answer_ttl(const std::string& status, const std::string& attribute = "ttl") {
    json description = {{"TimeToLiveStatus", status}};
    if (status != "DISABLED") description["AttributeName"] = attribute;
    transport_->answer(200, json{{"TimeToLiveDescription", description}}.dump());
  }
  Resource inspect(bool on_demand = false) {
    const auto found = inspect_events_table(parsed_, session_, {.on_demand = on_demand}, {});
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->at(0) : Resource{};
  }
  /// What is different about a table like this, its TTL being right.
  std::vector<std::string> differences_of(const json& table) {
    answer_table(table);
    answer_ttl("ENABLED");
    return inspect().differences;
  }
  std::string action(std::size_t request) const {
    const auto target = transport_->sent.at(request).header("X-Amz-Target");
    return target.substr(target.find('.') + 1);
  }

  config::Parsed parsed_{DdbOptions::table()};
};

TEST_F(TableProvisioning, TheRequestIsTheSeedsTable) {
  EXPECT_EQ(create_table_request("events-table", events_table_shape(), false), json::parse(R"({
    "TableName": "events-table",
    "AttributeDefinitions": [{"AttributeName": "event_id", "AttributeType": "S"},
                             {"AttributeName": "ts_ms", "AttributeType": "N"},
                             {"AttributeName": "camera_id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "event_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [{"IndexName": "camera_id-ts_ms-index",
      "KeySchema": [{"AttributeName": "camera_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}],
      "Projection": {"ProjectionType": "ALL"},
      "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}}],
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}})"));
  const auto on_demand = create_table_request("events-table", events_table_shape(), true);
  EXPECT_EQ(on_demand["BillingMode"], "PAY_PER_REQUEST");
  EXPECT_FALSE(on_demand.contains("ProvisionedThroughput"));
  EXPECT_FALSE(on_demand["GlobalSecondaryIndexes"][0].contains("ProvisionedThroughput"));
}

TEST_F(TableProvisioning, MakesATableWaitsForItAndSwitchesItsTtlOn) {
  transport_->answer(400, kAbsent);
  const auto table = inspect();
  EXPECT_FALSE(table.exists);
  EXPECT_EQ(table.name, "DynamoDB table events");
  EXPECT_EQ(
      table.shape,
      "keys event_id (HASH, S), ts_ms (RANGE, N); index camera_id-ts_ms-index on camera_id (HASH, S), ts_ms "
      "(RANGE, N), projection ALL; TTL on ttl; 5 read and 5 write units each");
  ASSERT_TRUE(table.make);

  transport_->answer(200, "{}");
  transport_->answer(400, kAbsent);
  answer_table(described(false, "CREATING"));
  answer_table(described(false));
  transport_->answer(200, "{}");
  const auto made = table.make({});
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(action(1), "CreateTable");
  EXPECT_EQ(transport_->sent[1].json(), create_table_request("events", events_table_shape(), false));
  EXPECT_EQ(action(5), "UpdateTimeToLive");
  EXPECT_EQ(transport_->sent[5].json()["TimeToLiveSpecification"],
            json({{"Enabled", true}, {"AttributeName", "ttl"}}));
  EXPECT_EQ(transport_->sent.size(), 6U);
}

TEST_F(TableProvisioning, ATableThatNeverGetsReadyIsAnErrorInTime) {
  transport_->answer(400, kAbsent);
  const auto table = inspect();
  transport_->answer(400, R"({"__type":"ResourceInUseException","message":"somebody was quicker"})");
  for (int i = 0; i <= 301; ++i) answer_table(described(false, "CREATING"));
  const auto made = table.make({});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(made.error().message, HasSubstr("within 5 minutes, found CREATING"));
}

TEST_F(TableProvisioning, MakingStopsWhenAskedTo) {
  transport_->answer(400, kAbsent);
  const auto table = inspect();
  transport_->answer(200, "{}");
  answer_table(described(false, "CREATING"));
  std::stop_source stop;
  clock_.advance_seconds(1);
  stop.request_stop();
  EXPECT_EQ(table.make(stop.get_token()).error().kind, ErrorKind::cancelled);
}

TEST_F(TableProvisioning, ATableOfTheShapeHasNoDifferencesWhateverItsCapacity) {
  for (const bool on_demand : {false, true}) {
    answer_table(described(on_demand));
    answer_ttl("ENABLING");
    const auto table = inspect();
    EXPECT_TRUE(table.exists);
    EXPECT_THAT(table.differences, IsEmpty());
    EXPECT_FALSE(table.make);
    EXPECT_THAT(table.shape,
                HasSubstr(on_demand ? "(found: on demand)" : "(found: 5 read and 5 write units)"));
  }
}

TEST_F(TableProvisioning, AMissingTtlIsADifferenceThatCanBeMended) {
  answer_table(described(false));
  answer_ttl("DISABLED");
  const auto table = inspect();
  EXPECT_THAT(table.differences, ElementsAre("expected TTL on ttl, found it off"));
  ASSERT_TRUE(table.make);
  answer_table(described(false));
  transport_->answer(200, "{}");
  EXPECT_TRUE(table.make({}));
  EXPECT_EQ(action(3), "UpdateTimeToLive");
}

TEST_F(TableProvisioning, ATtlOnAnotherAttributeIsLeftAlone) {
  answer_table(described(false));
  answer_ttl("ENABLED", "expires_at");
  const auto table = inspect();
  EXPECT_THAT(table.differences, ElementsAre("expected TTL on ttl, found it on expires_at"));
  EXPECT_FALSE(table.make);
}

TEST_F(TableProvisioning, NamesEachDifference) {
  json table = described(false);
  table["AttributeDefinitions"][1]["AttributeType"] = "S";
  EXPECT_THAT(
      differences_of(table),
      ElementsAre("keys: expected event_id (HASH, S), ts_ms (RANGE, N), found event_id (HASH, S), ts_ms "
                  "(RANGE, S)",
                  HasSubstr("index camera_id-ts_ms-index: expected camera_id (HASH, S), ts_ms (RANGE, N)")));

  table = described(false);
  table["KeySchema"].erase(1);
  EXPECT_THAT(differences_of(table),
              ElementsAre("keys: expected event_id (HASH, S), ts_ms (RANGE, N), found event_id (HASH, S)"));

  table = described(false);
  table.erase("GlobalSecondaryIndexes");
  EXPECT_THAT(differences_of(table), ElementsAre("expected an index camera_id-ts_ms-index, found none"));

  table = described(false);
  table["GlobalSecondaryIndexes"][0]["Projection"] = {{"ProjectionType", "INCLUDE"},
                                                      {"NonKeyAttributes", {"label", "conf"}}};
  EXPECT_THAT(
      differences_of(table),
      ElementsAre("index camera_id-ts_ms-index, projection: expected ALL, found INCLUDE (label, conf)"));

  EXPECT_THAT(differences_of(described(false, "DELETING")),
              ElementsAre("expected status ACTIVE, found DELETING"));
}

TEST_F(TableProvisioning, TheTtlOfATableOfAnotherShapeIsLeftAlone) {
  json table = described(false);
  table.erase("GlobalSecondaryIndexes");
  answer_table(table);
  answer_ttl("DISABLED");
  const auto found = inspect();
  EXPECT_EQ(found.differences.size(), 2U);
  EXPECT_FALSE(found.make);
}

TEST_F(TableProvisioning, WhatCannotBeLookedAtIsAnError) {
  transport_->answer(400, R"({"__type":"AccessDeniedException","message":"no"})");
  EXPECT_EQ(inspect_events_table(parsed_, session_, {}, {}).error().kind, ErrorKind::denied);
  answer_table({{"TableStatus", "ACTIVE"}});
  EXPECT_EQ(inspect_events_table(parsed_, session_, {}, {}).error().kind, ErrorKind::corrupt);
}

TEST_F(TableProvisioning, AsksForTheLeastPermissions) {
  const auto row = ddb_publisher_kind();
  const auto running = row.permissions(parsed_);
  ASSERT_EQ(running.size(), 2U);
  EXPECT_THAT(running[0].actions, ElementsAre("dynamodb:BatchWriteItem"));
  EXPECT_THAT(running[0].resources, ElementsAre("arn:aws:dynamodb:eu-west-1:*:table/events"));
  EXPECT_THAT(running[1].actions, ElementsAre("dynamodb:Query"));
  EXPECT_THAT(running[1].resources,
              ElementsAre("arn:aws:dynamodb:eu-west-1:*:table/events/index/camera_id-ts_ms-index"));
  static_cast<DdbOptions*>(parsed_.object())->region = "";
  EXPECT_THAT(row.provision_permissions(parsed_).at(0).resources,
              ElementsAre("arn:aws:dynamodb:*:*:table/events"));
}

TEST_F(TableProvisioning, TheRowMakesASink) {
  const auto sink = ddb_publisher_kind().make_sink(parsed_, support::over(session_));
  ASSERT_TRUE(sink) << sink.error().message;
  EXPECT_EQ(sink->delivery->sink(), "ddb");
  EXPECT_EQ(sink->delivery->stream(), Stream::events);
  EXPECT_FALSE(sink->snapshots);
}

}  // namespace
}  // namespace kinesight::publish
