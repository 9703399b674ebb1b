#include "publish/ddb/item.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/ddb/attribute.h"
#include "publish/ddb/random_events.h"
#include "support/replay.h"

namespace kinesight::publish {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr std::int64_t kTsMs = 1'697'123'456'789;

event::Envelope knife() {
  event::Payload payload;
  payload.ts_ms = kTsMs;
  payload.type = "weapon";
  payload.label = "knife";
  payload.conf = 0.87;
  payload.bbox = {100, 200, 50, 75};
  payload.extras = {{"snapshot", "snapshots/camera_1/2023/10/12/1697123456789.jpg"},
                    {"objects", {{{"conf", 0.5}, {"bbox", {1, 2, 3, 4}}}}},
                    {"plate", nullptr},
                    {"confirmed", true},
                    {"note", ""}};
  return event::make_envelope("camera_1", payload);
}

/// The value as DynamoDB gets it, and back again.
json there_and_back(const json& value) {
  const auto back = from_attribute(to_attribute(value));
  EXPECT_TRUE(back) << back.error().message;
  return back.value_or(json("(error)"));
}

TEST(DdbItem, IsFlatWithTypesAndTtl) {
  const auto envelope = knife();
  const json expected = json::parse(R"({
    "ts_ms": {"N": "1697123456789"}, "camera_id": {"S": "camera_1"}, "producer": {"S": "kvs-infer/1.0"},
    "type": {"S": "weapon"}, "label": {"S": "knife"}, "conf": {"N": "0.87"},
    "bbox": {"L": [{"N": "100"}, {"N": "200"}, {"N": "50"}, {"N": "75"}]},
    "extras": {"M": {
      "snapshot": {"S": "snapshots/camera_1/2023/10/12/1697123456789.jpg"},
      "objects": {"L": [{"M": {"conf": {"N": "0.5"},
                               "bbox": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}, {"N": "4"}]}}}]},
      "plate": {"NULL": true}, "confirmed": {"BOOL": true}, "note": {"S": ""}}},
    "ttl": {"N": "1699715456"}
  })");
  json item = to_item(envelope, 30);
  EXPECT_EQ(item["event_id"], json({{"S", envelope.event_id}}));
  item.erase("event_id");
  EXPECT_EQ(item, expected) << item.dump(2);
}

TEST(DdbItem, ReadsBackExactlyWhatItWasMadeOf) {
  Rng rng(support::replay_seed());
  for (int i = 0; i < 2000; ++i) {
    const auto envelope = support::random_envelope(rng);
    const auto back = from_item(to_item(envelope, 30));
    ASSERT_TRUE(back) << back.error().message << "\n" << event::to_json(envelope);
    ASSERT_EQ(*back, envelope) << event::to_json(envelope) << "\n" << event::to_json(*back);
  }
}

TEST(DdbItem, NumbersAreExactAndWithinWhatTheTypeHolds) {
  EXPECT_EQ(to_attribute(0.1)["N"], "0.1");
  EXPECT_EQ(to_attribute(std::numeric_limits<std::uint64_t>::max())["N"], "18446744073709551615");
  EXPECT_EQ(to_attribute(-0.0)["N"], "0") << "DynamoDB knows no -0";
  EXPECT_EQ(there_and_back(1e-130), 1e-130);
  EXPECT_EQ(to_attribute(1e126), json({{"S", "1e+126"}})) << "beyond DynamoDB's numbers";
  EXPECT_EQ(to_attribute(1e-131), json({{"S", "1e-131"}}));
  EXPECT_EQ(to_attribute(std::nan("")), json({{"NULL", true}})) << "as JSON writes it";
  EXPECT_EQ(to_attribute(-HUGE_VAL), json({{"NULL", true}}));
}

TEST(DdbItem, ReadsWhatOtherWritersMakeOfNumbersAndSets) {
  json item = to_item(knife(), 30);
  item["ts_ms"] = {{"N", "1.697123456789E+12"}};
  item["bbox"] = {{"L", {{{"N", "1E+2"}}, {{"N", "200.0"}}, {{"N", "50"}}, {{"N", "75"}}}}};
  item["conf"] = {{"N", "0.87000000000000000000000000000000000001"}};
  item["extras"] = json::parse(R"({"M": {"tags": {"SS": ["a", "b"]}, "ids": {"NS": ["1", "2.5"]}}})");
  const auto envelope = from_item(item);
  ASSERT_TRUE(envelope) << envelope.error().message;
  EXPECT_EQ(envelope->payload.ts_ms, kTsMs);
  EXPECT_EQ(envelope->payload.bbox, (std::array<int, 4>{100, 200, 50, 75}));
  EXPECT_EQ(envelope->payload.conf, 0.87);
  EXPECT_EQ(envelope->payload.extras, json::parse(R"({"tags": ["a", "b"], "ids": [1, 2.5]})"));
}

TEST(DdbItem, WhatIsNoEventNamesTheEventAndTheAttribute) {
  const auto error_of = [](const char* name, const json& attribute) {
    json item = to_item(knife(), 30);
    if (attribute.is_null()) {
      item.erase(name);
    } else {
      item[name] = attribute;
    }
    const auto envelope = from_item(item);
    EXPECT_FALSE(envelope) << name;
    EXPECT_EQ(envelope.error().kind, ErrorKind::corrupt);
    return envelope.error().message;
  };
  EXPECT_THAT(error_of("label", nullptr), HasSubstr("label"));
  EXPECT_THAT(error_of("label", nullptr), HasSubstr(knife().event_id));
  EXPECT_THAT(error_of("ts_ms", {{"S", "1697123456789"}}), HasSubstr("ts_ms"));
  EXPECT_THAT(error_of("ts_ms", {{"N", "1697123456789.5"}}), HasSubstr("whole number in ts_ms"));
  EXPECT_THAT(error_of("ts_ms", {{"N", "1E+40"}}), HasSubstr("whole number in ts_ms"));
  EXPECT_THAT(error_of("conf", {{"N", "much"}}), HasSubstr("expected a number, found \"much\""));
  EXPECT_THAT(error_of("bbox", {{"L", json::array()}}), HasSubstr("x, y, w, h"));
  EXPECT_THAT(error_of("extras", {{"M", 7}}), HasSubstr("extras"));
  EXPECT_THAT(error_of("type", {{"X", "weapon"}}), HasSubstr("DynamoDB's types"));
  EXPECT_THAT(error_of("type", "weapon"), HasSubstr("type"));
}

TEST(DdbItem, BottomlessNestingIsCorrupt) {
  json nested = {{"NULL", true}};
  for (int i = 0; i < 1000; ++i) nested = {{"L", json::array({nested})}};
  EXPECT_EQ(from_attribute(nested).error().kind, ErrorKind::corrupt);
}

TEST(DdbItem, SizesAreThoseOfAwsRules) {
  EXPECT_EQ(item_bytes({{"name", to_attribute("日本")}}), 4U + 6U);
  EXPECT_EQ(item_bytes({{"n", to_attribute(12345)}}), 1U + 4U) << "two digits a byte, and one";
  EXPECT_EQ(item_bytes({{"b", to_attribute(true)}}), 2U);
  EXPECT_EQ(item_bytes({{"l", to_attribute({"a", "b"})}}), 1U + 3U + 2U * (1U + 1U));
  EXPECT_EQ(item_bytes({{"m", to_attribute({{"ab", "c"}})}}), 1U + 3U + (1U + 2U + 1U));
}

TEST(DdbItem, WhatTheTableCannotTakeIsKnownBefore) {
  EXPECT_TRUE(check_item(to_item(knife(), 30)));
  auto envelope = knife();
  envelope.payload.extras["blob"] = std::string(aws::DynamoDb::kMaxItemBytes, 'x');
  const auto large = check_item(to_item(envelope, 30));
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::invalid);
  EXPECT_THAT(large.error().message, HasSubstr(envelope.event_id));
  envelope = knife();
  envelope.camera_id = "";
  EXPECT_THAT(check_item(to_item(envelope, 30)).error().message, HasSubstr("camera_id"));
}

TEST(DdbItem, ExpiresByItsTtl) {
  const json item = to_item(knife(), 1);
  const std::int64_t ends_ms = (kTsMs / 1000 + 86'400) * 1000;
  EXPECT_FALSE(is_expired(item, ends_ms - 1));
  EXPECT_TRUE(is_expired(item, ends_ms));
  EXPECT_FALSE(is_expired({}, ends_ms)) << "an item without a ttl stays";
}

}  // namespace
}  // namespace kinesight::publish
