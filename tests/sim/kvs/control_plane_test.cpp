// The control plane as a client of AWS knows it.
#include "sim/kvs/service_fixture.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using testing::ElementsAre;

class ControlPlaneTest : public ServiceTest {
 protected:
  std::string create(const std::string& name) {
    const Told made = call("createStream", {{"StreamName", name}, {"DataRetentionInHours", 2}});
    EXPECT_EQ(made.status, 200) << made.bytes;
    return made.body.value("StreamARN", "");
  }
  json describe(const std::string& name) {
    return call("describeStream", {{"StreamName", name}}).body["StreamInfo"];
  }
  void settle() { clock_.advance_seconds(1); }

  std::vector<std::string> names(const Told& listed) {
    std::vector<std::string> found;
    for (const json& info : listed.body.at("StreamInfoList")) found.push_back(info.at("StreamName"));
    return found;
  }
};

TEST_F(ControlPlaneTest, MakesAndDescribesAStream) {
  const std::string arn = create("front");
  json info = describe("front");
  EXPECT_EQ(info["Status"], "CREATING");
  settle();
  info = call("describeStream", {{"StreamARN", arn}}).body["StreamInfo"];
  EXPECT_EQ(info["Status"], "ACTIVE");
  EXPECT_EQ(info["StreamName"], "front");
  EXPECT_EQ(info["StreamARN"], arn);
  EXPECT_EQ(info["DataRetentionInHours"], 2);
  EXPECT_EQ(info["CreationTime"], kNow);
  EXPECT_EQ(call("createStream", {{"StreamName", "front"}}).error, "ResourceInUseException");
}

TEST_F(ControlPlaneTest, RefusesArgumentsThatAwsRefuses) {
  const auto error = [&](const char* operation, const json& body) { return call(operation, body).error; };
  EXPECT_EQ(error("createStream", json::object()), "InvalidArgumentException");
  EXPECT_EQ(error("createStream", {{"StreamName", "a b"}}), "InvalidArgumentException");
  EXPECT_EQ(error("createStream", {{"StreamName", 5}}), "InvalidArgumentException");
  EXPECT_EQ(error("createStream", {{"StreamName", "a"}, {"DataRetentionInHours", -1}}),
            "InvalidArgumentException");
  EXPECT_EQ(error("describeStream", json::object()), "InvalidArgumentException");
  EXPECT_EQ(error("listStreams", {{"MaxResults", 0}}), "InvalidArgumentException");
  EXPECT_EQ(error("listStreams", {{"NextToken", "%"}}), "InvalidArgumentException");
  EXPECT_EQ(error("listStreams", {{"StreamNameCondition", {{"ComparisonOperator", "ENDS_WITH"}}}}),
            "InvalidArgumentException");
}

TEST_F(ControlPlaneTest, SaysThatAStreamIsNotThere) {
  const Told told = call("describeStream", {{"StreamName", "nobody"}});
  EXPECT_EQ(told.status, 404);
  EXPECT_EQ(told.error, "ResourceNotFoundException");
  EXPECT_TRUE(told.body["Message"].is_string());
  EXPECT_EQ(call("getDataEndpoint", {{"StreamName", "nobody"}, {"APIName", "GET_CLIP"}}).error,
            "ResourceNotFoundException");
}

TEST_F(ControlPlaneTest, ListsInPages) {
  for (const char* name : {"cam-b", "cam-a", "other", "cam-c"}) create(name);
  json request = {
      {"MaxResults", 2},
      {"StreamNameCondition", {{"ComparisonOperator", "BEGINS_WITH"}, {"ComparisonValue", "cam"}}}};
  const Told first = call("listStreams", request);
  EXPECT_THAT(names(first), ElementsAre("cam-a", "cam-b"));
  request["NextToken"] = first.body["NextToken"];
  const Told second = call("listStreams", request);
  EXPECT_THAT(names(second), ElementsAre("cam-c"));
  EXPECT_FALSE(second.body.contains("NextToken"));
  EXPECT_THAT(names(call("listStreams")), ElementsAre("cam-a", "cam-b", "cam-c", "other"));
}

TEST_F(ControlPlaneTest, AllDataEndpointsAreWhereTheClientCameFrom) {
  options_.limits = false;
  create("front");
  for (const char* api : {"GET_HLS_STREAMING_SESSION_URL", "GET_CLIP", "LIST_FRAGMENTS", "GET_IMAGES"}) {
    const Told told = call("getDataEndpoint", {{"StreamName", "front"}, {"APIName", api}});
    EXPECT_EQ(told.body["DataEndpoint"], kBase) << api;
  }
  EXPECT_EQ(call("getDataEndpoint", {{"StreamName", "front"}, {"APIName", "GET_COFFEE"}}).error,
            "InvalidArgumentException");
  EXPECT_EQ(call("getDataEndpoint", {{"StreamName", "front"}}).error, "InvalidArgumentException");
}

TEST_F(ControlPlaneTest, ChangesTheRetentionOfTheVersionThatWasSeen) {
  create("front");
  settle();
  const json more = {{"StreamName", "front"},
                     {"Operation", "INCREASE_DATA_RETENTION"},
                     {"DataRetentionChangeInHours", 3},
                     {"CurrentVersion", describe("front")["Version"]}};
  EXPECT_EQ(call("updateDataRetention", more).status, 200);
  EXPECT_EQ(describe("front")["Status"], "UPDATING");
  settle();
  EXPECT_EQ(describe("front")["DataRetentionInHours"], 5);
  EXPECT_EQ(call("updateDataRetention", more).error, "VersionMismatchException");
  json less = more;
  less["Operation"] = "DECREASE_DATA_RETENTION";
  less["CurrentVersion"] = describe("front")["Version"];
  less["DataRetentionChangeInHours"] = 6;
  EXPECT_EQ(call("updateDataRetention", less).error, "InvalidArgumentException");
  less["DataRetentionChangeInHours"] = 5;
  EXPECT_EQ(call("updateDataRetention", less).status, 200);
  EXPECT_EQ(call("deleteStream", {{"StreamARN", describe("front")["StreamARN"]}}).error,
            "ResourceInUseException");
}

TEST_F(ControlPlaneTest, DeletesAStream) {
  const std::string arn = create("front");
  settle();
  EXPECT_EQ(call("deleteStream", {{"StreamARN", arn}, {"CurrentVersion", "another"}}).error,
            "VersionMismatchException");
  EXPECT_EQ(call("deleteStream", {{"StreamARN", arn}}).status, 200);
  EXPECT_EQ(describe("front")["Status"], "DELETING");
  settle();
  EXPECT_EQ(call("describeStream", {{"StreamARN", arn}}).error, "ResourceNotFoundException");
}

TEST_F(ControlPlaneTest, KeepsTags) {
  create("front");
  const json stream = {{"StreamName", "front"}};
  const auto with = [&](const char* member, const json& value) {
    json request = stream;
    request[member] = value;
    return request;
  };
  EXPECT_EQ(call("tagStream", with("Tags", {{"site", "north"}, {"floor", "1"}})).status, 200);
  EXPECT_EQ(call("tagStream", with("Tags", {{"floor", "2"}})).status, 200);
  EXPECT_EQ(call("listTagsForStream", stream).body["Tags"], json({{"site", "north"}, {"floor", "2"}}));
  EXPECT_EQ(call("untagStream", with("TagKeyList", {"site", "none"})).status, 200);
  EXPECT_EQ(call("listTagsForStream", stream).body["Tags"], json({{"floor", "2"}}));
  json many = json::object();
  for (int i = 0; i < 51; ++i) many[std::to_string(i)] = "x";
  EXPECT_EQ(call("tagStream", with("Tags", many)).error, "TagsPerResourceExceededLimitException");
}

}  // namespace
}  // namespace kinesight::sim::kvs
