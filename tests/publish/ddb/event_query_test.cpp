#include "publish/ddb/event_query.h"

#include "publish/ddb/archive.h"
#include "publish/ddb/table_peer.h"

namespace kinesight::publish {
namespace {

using nlohmann::json;
using support::sample_event;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kNowMs = 1'769'860'800'000;

/// The capture times of what was found, in seconds after the first event's.
std::vector<std::int64_t> seconds_of(const Result<std::vector<event::Envelope>>& found) {
  EXPECT_TRUE(found) << found.error().message;
  std::vector<std::int64_t> seconds;
  for (const auto& envelope : found.value_or(std::vector<event::Envelope>()))
    seconds.push_back((envelope.payload.ts_ms - kNowMs) / 1000);
  return seconds;
}

class EventTableReads : public support::TableFixture {
 protected:
  /// Answers the next Query with these, and says whether there is more.
  void answer_page(const std::vector<event::Envelope>& events, bool more = false) {
    json items = json::array();
    for (const auto& envelope : events) items.push_back(to_item(envelope, 30));
    json answer = {{"Items", items}};
    if (more) answer["LastEvaluatedKey"] = {{"event_id", items.back().at("event_id")}};
    transport_->answer(200, answer.dump());
  }
  json request(std::size_t number) const { return transport_->sent.at(number).json(); }

  std::shared_ptr<aws::ScriptedTransport> transport_ = std::make_shared<aws::ScriptedTransport>();
  EventTable table_ = table(transport_);
};

TEST_F(EventTableReads, AsksTheIndexForACamerasTimesWithoutExpiredItems) {
  answer_page({});
  ASSERT_TRUE(table_.query_by_camera("front", kNowMs - 3'600'000, 100, {}));
  const json expected = json::parse(R"json({
    "TableName": "events", "IndexName": "camera_id-ts_ms-index", "ScanIndexForward": true, "Limit": 100,
    "KeyConditionExpression": "camera_id = :camera_id AND ts_ms BETWEEN :first AND :last",
    "FilterExpression": "(attribute_not_exists(#ttl) OR #ttl > :now)",
    "ExpressionAttributeNames": {"#ttl": "ttl"},
    "ExpressionAttributeValues": {":camera_id": {"S": "front"}, ":first": {"N": "1769857200000"},
                                  ":last": {"N": "9223372036854775807"}, ":now": {"N": "1769860800"}}
  })json");
  EXPECT_EQ(request(0), expected) << request(0).dump(2);
}

TEST_F(EventTableReads, FiltersByTypeAndLabelAndEndsBeforeUntil) {
  answer_page({});
  ASSERT_TRUE(table_.query(
      {.camera_id = "front", .type = "object", .label = "car", .until_ms = kNowMs, .limit = 5}, kNowMs, {}));
  const json asked = request(0);
  EXPECT_THAT(asked["FilterExpression"].get<std::string>(),
              HasSubstr(" AND #type = :type AND #label = :label"));
  EXPECT_EQ(asked["ExpressionAttributeNames"]["#label"], "label");
  EXPECT_EQ(asked["ExpressionAttributeValues"][":label"]["S"], "car");
  EXPECT_EQ(asked["ExpressionAttributeValues"][":last"]["N"], std::to_string(kNowMs - 1));
  EXPECT_EQ(asked["ScanIndexForward"], false) << "the newest first";
  EXPECT_GT(asked["Limit"], 5) << "a page is counted before the filter";
}

TEST_F(EventTableReads, AnEmptyRangeIsNoCall) {
  EXPECT_THAT(seconds_of(table_.query({.camera_id = "front", .since_ms = 5, .until_ms = 5}, kNowMs, {})),
              ElementsAre());
  EXPECT_TRUE(transport_->sent.empty());
}

TEST_F(EventTableReads, GoesThroughThePagesUpToTheLimit) {
  answer_page({sample_event(0), sample_event(1)}, true);
  transport_->answer(200, R"({"Items": [], "LastEvaluatedKey": {"event_id": {"S": "x"}}})");
  answer_page({sample_event(2), sample_event(3)}, true);
  EXPECT_THAT(seconds_of(table_.query_by_camera("front", 0, 3, {})), ElementsAre(0, 1, 2));
  EXPECT_EQ(request(1)["ExclusiveStartKey"], json({{"event_id", {{"S", sample_event(1).event_id}}}}));
  EXPECT_EQ(transport_->sent.size(), 3U);
}

TEST_F(EventTableReads, ReadsToTheEndWithoutALimit) {
  answer_page({sample_event(0)}, true);
  answer_page({sample_event(1)});
  EXPECT_THAT(seconds_of(table_.query_by_camera("front", 0, 0, {})), ElementsAre(0, 1));
}

TEST_F(EventTableReads, LeavesOutWhatHasExpiredThoughItIsHandedOut) {
  answer_page({sample_event(-31 * 86'400), sample_event(0)});
  EXPECT_THAT(seconds_of(table_.query_by_camera("front", 0, 100, {})), ElementsAre(0));
}

TEST_F(EventTableReads, NeedsACamera) {
  EXPECT_EQ(table_.query({}, kNowMs, {}).error().kind, ErrorKind::invalid);
}

TEST_F(EventTableReads, AnItemThatIsNoEventIsAnErrorThatNamesIt) {
  transport_->answer(200, R"({"Items": [{"event_id": {"S": "abc"}}]})");
  const auto found = table_.query_by_camera("front", 0, 100, {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(found.error().message, HasSubstr("event abc"));
}

TEST_F(EventTableReads, TheArchiveMergesCamerasNewestFirst) {
  const DdbArchive archive(table_, {"front", "back"}, clock_);
  answer_page({sample_event(5), sample_event(1)});
  answer_page({sample_event(6, "back"), sample_event(3, "back"), sample_event(0, "back")});
  EXPECT_THAT(seconds_of(archive.events({.limit = 4})), ElementsAre(6, 5, 3, 1));
  EXPECT_EQ(request(0)["ExpressionAttributeValues"][":camera_id"]["S"], "front");
  EXPECT_EQ(request(1)["ExpressionAttributeValues"][":camera_id"]["S"], "back");
}

TEST_F(EventTableReads, TheArchiveMergesOldestFirstWhenAskedTo) {
  const DdbArchive archive(table_, {"front", "back"}, clock_);
  answer_page({sample_event(1), sample_event(5)});
  answer_page({sample_event(0, "back")});
  EXPECT_THAT(seconds_of(archive.events({.order = event::Order::oldest_first})), ElementsAre(0, 1, 5));
}

TEST_F(EventTableReads, TheArchiveAsksForTheOneCameraThatIsNamed) {
  const DdbArchive archive(table_, {"front", "back"}, clock_);
  answer_page({sample_event(1, "gate")});
  EXPECT_THAT(seconds_of(archive.events({.camera_id = "gate"})), ElementsAre(1));
  EXPECT_EQ(transport_->sent.size(), 1U);
  EXPECT_EQ(archive.snapshot("snapshots/front/2026/01/31/1.jpg").error().kind, ErrorKind::not_found);
  EXPECT_EQ(DdbArchive(table_, {}, clock_).events({}).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::publish
