#include "event/envelope.h"

#include <gtest/gtest.h>

namespace kinesight::event {
namespace {

Envelope example() {
  return make_envelope(
      "camera_1",
      {.ts_ms = 1697123456789, .type = "weapon", .label = "knife", .conf = 0.87, .bbox = {100, 200, 50, 75}});
}

TEST(Envelope, IdIsSha1OfCameraTypeLabelAndSecond) {
  // printf 'camera_1:weapon:knife:1697123456' | sha1sum
  EXPECT_EQ(example().event_id, "dca40eda186358ed7aba566465907ec875d7640a");
}

TEST(Envelope, IdIsTheSameThroughoutASecondAndAnotherInTheNext) {
  EXPECT_EQ(event_id("c", "t", "l", 1000), event_id("c", "t", "l", 1999));
  EXPECT_NE(event_id("c", "t", "l", 1999), event_id("c", "t", "l", 2000));
  // floor, not truncation: before 1970 the second begins below.
  EXPECT_EQ(event_id("c", "t", "l", -1), event_id("c", "t", "l", -1000));
  EXPECT_NE(event_id("c", "t", "l", -1), event_id("c", "t", "l", 0));
}

TEST(Envelope, JsonHasTheFieldsInTheirOrder) {
  EXPECT_EQ(
      to_json(example()),
      R"({"event_id":"dca40eda186358ed7aba566465907ec875d7640a","camera_id":"camera_1","producer":"kvs-infer/1.0",)"
      R"("payload":{"ts_ms":1697123456789,"type":"weapon","label":"knife","conf":0.87,)"
      R"("bbox":[100,200,50,75],"extras":{}}})");
}

TEST(Envelope, SurvivesTheWayToJsonAndBack) {
  Envelope envelope = example();
  envelope.payload.extras = {{"objects", {{{"conf", 0.5}, {"bbox", {1, 2, 3, 4}}}}}, {"snapshot", "a/b.jpg"}};
  const auto again = parse_envelope(to_json(envelope));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, envelope);
}

TEST(Envelope, A32BitConfidencePrintsAsPeopleWroteIt) {
  const Envelope envelope = make_envelope("c", {.type = "t", .label = "l", .conf = double{0.87f}});
  EXPECT_NE(to_json(envelope).find("\"conf\":0.87,"), std::string::npos);
}

TEST(Envelope, ALabelThatIsNotUtf8StillMakesJson) {
  const auto again = parse_envelope(to_json(make_envelope("c", {.type = "t", .label = "\xff"})));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->payload.label, "\xEF\xBF\xBD");
}

TEST(Envelope, WhatIsNoEnvelopeIsAnErrorThatNamesTheField) {
  for (const char* text : {"", "{", "[]", "{}", R"({"event_id":1})", "null"}) {
    const auto result = parse_envelope(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::corrupt);
  }
  EXPECT_NE(parse_envelope(R"({"payload":{}})").error().message.find("event_id"), std::string::npos);
}

TEST(Envelope, NumbersThatDoNotFitAreErrors) {
  const auto with = [](const std::string& ts_ms, const std::string& bbox) {
    return parse_envelope(
        R"({"event_id":"e","camera_id":"c","producer":"p","payload":{"type":"t","label":"l",)"
        R"("conf":1,"extras":{},"ts_ms":)" +
        ts_ms + R"(,"bbox":)" + bbox + "}}");
  };
  EXPECT_TRUE(with("1697123456789", "[1,2,3,4]"));
  EXPECT_TRUE(with("-9223372036854775808", "[-2147483648,0,0,2147483647]"));
  for (const char* ts_ms : {"1e53", "1.5", "true", "\"1\"", "9223372036854775808", "18446744073709551615"}) {
    EXPECT_FALSE(with(ts_ms, "[1,2,3,4]")) << ts_ms;
  }
  for (const char* bbox :
       {"[1,2,3]", "[1,2,3,4,5]", "{}", "[1,2,3,4.5]", "[1,2,3,2147483648]", "[1,2,3,null]"}) {
    EXPECT_FALSE(with("1", bbox)) << bbox;
  }
}

TEST(Envelope, HostileInputIsRefused) {
  EXPECT_FALSE(parse_envelope(std::string(100'000, '[')));
  EXPECT_FALSE(parse_envelope(std::string(2 * 1024 * 1024, ' ')));
}

}  // namespace
}  // namespace kinesight::event
