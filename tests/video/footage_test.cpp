#include "video/footage.h"

#include <gtest/gtest.h>

namespace kinesight::video {
namespace {

using Json = nlohmann::json;

Json seen() {
  return {{"stream_name", "door"}, {"fragment_ms", 2000}, {"producer_time_ms", 100'000}, {"offset_ms", 1500}};
}

TEST(Footage, BeginsAFragmentEarlierThanItIsWanted) {
  const auto request = clip_request(seen(), {.before_seconds = 5, .after_seconds = 3});
  ASSERT_TRUE(request);
  EXPECT_EQ(to_json(*request), Json::parse(R"({"StreamName": "door", "ClipFragmentSelector": {
    "FragmentSelectorType": "PRODUCER_TIMESTAMP",
    "TimestampRange": {"StartTimestamp": 94.5, "EndTimestamp": 104.5}}})"));
}

TEST(Footage, GoesByTheServersClockWhereNothingElseIsKnown) {
  Json kvs = seen();
  kvs.erase("producer_time_ms");
  EXPECT_FALSE(clip_request(kvs, {}));
  kvs["server_time_ms"] = 200'000;
  const auto request = clip_request(kvs, {});
  ASSERT_TRUE(request);
  EXPECT_EQ(request->time, aws::FragmentTime::server);
  EXPECT_DOUBLE_EQ(*request->range.end, 206.5);
}

TEST(Footage, ReadsItsRequestBack) {
  const auto request = clip_request(seen(), {});
  const auto read = parse_clip_request(to_json(*request));
  ASSERT_TRUE(read);
  EXPECT_EQ(to_json(*read), to_json(*request));
}

TEST(Footage, WhatIsNoneIsNone) {
  for (const char* kvs : {"null", "{}", "3", R"({"stream_name": 1, "producer_time_ms": 2})",
                          R"({"stream_name": "door", "producer_time_ms": "yesterday"})"}) {
    EXPECT_FALSE(clip_request(Json::parse(kvs), {})) << kvs;
  }
  for (const char* clip : {"null", "{}", R"({"StreamName": "door", "ClipFragmentSelector": []})"}) {
    EXPECT_FALSE(parse_clip_request(Json::parse(clip))) << clip;
  }
}

}  // namespace
}  // namespace kinesight::video
