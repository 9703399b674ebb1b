// Routing, and the order of checks: fault, signature, limits, operation.
#include "sim/kvs/service_fixture.h"

#include "aws/sigv4.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kMaster = "/hls/v1/getHLSMasterPlaylist.m3u8";
constexpr const char* kPlaylist = "/hls/v1/getHLSMediaPlaylist.m3u8";

class ServiceRulesTest : public ServiceTest {
 protected:
  void fault(const std::string& text, std::optional<int> count = {}) {
    Fault fault = parse_fault(text, clock_.wall_seconds()).value();
    fault.count = count;
    service().faults().add(std::move(fault));
  }
  Told describe() { return call("describeStream", {{"StreamName", "front"}}); }
};

TEST_F(ServiceRulesTest, SaysWhichOperationsItDoesNotKnow) {
  EXPECT_EQ(call("brewCoffee").status, 404);
  EXPECT_EQ(get("/describeStream").status, 404);
  EXPECT_EQ(call("DescribeStream").status, 404);
}

TEST_F(ServiceRulesTest, RefusesBodiesThatAreNoJsonObject) {
  for (const char* body : {"{", "[]", "5", "\xff"}) {
    const Told told =
        send({.method = "POST", .path = "/listStreams", .query = "", .headers = {}, .body = body});
    EXPECT_EQ(told.error, "SerializationException") << body;
  }
  const std::string deep =
      R"({"StreamNameCondition":{"a":)" + std::string(400'000, '[') + std::string(400'000, ']') + "}}";
  EXPECT_EQ(send({.method = "POST", .path = "/listStreams", .query = "", .headers = {}, .body = deep}).error,
            "SerializationException");
  EXPECT_EQ(send({.method = "POST", .path = "/listStreams", .query = "", .headers = {}, .body = ""}).status,
            200);
}

TEST_F(ServiceRulesTest, WithKeysACallHasToBeSignedAndASessionUrlHasNot) {
  options_.keys = {{"AKIDEXAMPLE", "a-secret"}};
  add_camera("front");
  EXPECT_EQ(describe().error, "MissingAuthenticationTokenException");

  net::Request request;
  request.method = "POST";
  request.url = kBase + "/getHLSStreamingSessionURL";
  request.body = R"({"StreamName":"front","PlaybackMode":"LIVE"})";
  aws::Credentials credentials;
  credentials.access_key_id = "AKIDEXAMPLE";
  credentials.secret_access_key = Secret("a-secret");
  ASSERT_TRUE(
      aws::sign(request, credentials,
                {.region = "us-east-1", .service = "kinesisvideo", .unix_seconds = std::int64_t(kNow)}));
  const Told opened = send({.method = "POST",
                            .path = "/getHLSStreamingSessionURL",
                            .query = "",
                            .headers = request.headers,
                            .body = std::string(request.body)});
  ASSERT_EQ(opened.status, 200) << opened.bytes;
  const std::string url = opened.body["HLSStreamingSessionURL"];
  const Told master = get(kMaster, url.substr(url.find('?') + 1));
  EXPECT_EQ(master.status, 200);
  EXPECT_THAT(master.bytes, HasSubstr("#EXTM3U"));
}

TEST_F(ServiceRulesTest, ChecksFaultsBeforeSignaturesBeforeLimitsBeforeTheOperation) {
  options_.keys = {{"AKIDEXAMPLE", "a-secret"}};
  fault("throttled", 1);
  EXPECT_EQ(describe().error, "ClientLimitExceededException");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(describe().error, "MissingAuthenticationTokenException");
  options_.keys.clear();
  service_.reset();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(describe().error, "ResourceNotFoundException");
  EXPECT_EQ(describe().error, "ClientLimitExceededException");
}

TEST_F(ServiceRulesTest, ANameThatNoStreamCanHaveIsNotCounted) {
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(call("describeStream", {{"StreamName", std::string(10'000, 'x')}}).error,
              "InvalidArgumentException");
}

TEST_F(ServiceRulesTest, LimitsCanBeLeftOut) {
  options_.limits = false;
  add_camera("front");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(describe().status, 200);
}

TEST_F(ServiceRulesTest, SessionUrlsAreLimitedEachForItself) {
  add_camera("front");
  const std::string one = open_session("front");
  const std::string other = open_session("front");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(get(kPlaylist, one).status, 200);
  EXPECT_EQ(get(kPlaylist, one).error, "ClientLimitExceededException");
  EXPECT_EQ(get(kPlaylist, other).status, 200);
  clock_.advance_seconds(1);
  EXPECT_EQ(get(kPlaylist, one).status, 200);
}

TEST_F(ServiceRulesTest, ClipsCostWhatTheyHold) {
  add_camera("front");
  const json clip = {{"StreamName", "front"},
                     {"ClipFragmentSelector",
                      {{"FragmentSelectorType", "SERVER_TIMESTAMP"},
                       {"TimestampRange", {{"StartTimestamp", kNow - 55}, {"EndTimestamp", kNow - 5}}}}}};
  int passed = 0;
  while (passed < 100 && call("getClip", clip).status == 200) ++passed;
  EXPECT_NEAR(passed, 10, 1) << "of 500 fragments a second each took about 50";
}

TEST_F(ServiceRulesTest, AnUnknownSessionIsRefused) {
  EXPECT_EQ(get(kPlaylist, "SessionToken=unknown").status, 403);
  EXPECT_EQ(get(kPlaylist, "").status, 403);
}

TEST_F(ServiceRulesTest, FaultsOfSessionUrlsHaveTheirStatus) {
  options_.limits = false;
  add_camera("front");
  add_camera("back");
  const std::string query = open_session("front");
  const std::string other = open_session("back");
  const std::vector<std::pair<std::string, int>> wanted = {{"session_expired", 403},  {"playlist_403", 403},
                                                           {"playlist_404", 404},     {"playlist_5xx", 503},
                                                           {"playlist_5xx=500", 500}, {"throttled", 400}};
  for (const auto& [name, status] : wanted) {
    fault("front:" + name, 1);
    EXPECT_EQ(get(kPlaylist, other).status, 200) << name;
    EXPECT_EQ(get(kPlaylist, query).status, status) << name;
    EXPECT_EQ(get(kPlaylist, query).status, 200) << name;
  }
  const std::string init = "/hls/v1/getMP4InitFragment.mp4";
  fault("init_5xx", 1);
  EXPECT_EQ(get(init, query).status, 503);
  EXPECT_EQ(get(init, query).status, 200);
  const std::string fragment = "/hls/v1/getMP4MediaFragment.mp4";
  fault("fragment_404", 1);
  EXPECT_EQ(get(fragment, query + "&FragmentNumber=1").error, "ResourceNotFoundException");
  fault("fragment_403", 1);
  EXPECT_EQ(get(fragment, query + "&FragmentNumber=1").status, 403);
  fault("fragment_5xx=502", 1);
  EXPECT_EQ(get(fragment, query + "&FragmentNumber=1").status, 502);
}

TEST_F(ServiceRulesTest, FaultsOfApiCallsHaveTheirStatus) {
  add_camera("front");
  fault("api_5xx=500", 1);
  EXPECT_EQ(describe().status, 500);
  fault("front:denied", 1);
  EXPECT_EQ(describe().error, "NotAuthorizedException");
  EXPECT_EQ(describe().status, 200);
}

TEST_F(ServiceRulesTest, TellsTheTransportWhatToDoWrong) {
  add_camera("front");
  const std::string query = open_session("front");
  fault("stall=8", 1);
  fault("cut", 1);
  const Told first = get(kPlaylist, query);
  EXPECT_EQ(first.wrong.stall_seconds, 8);
  EXPECT_TRUE(first.wrong.cut);
  fault("endless", 1);
  const Told second = get(kPlaylist, query);
  EXPECT_EQ(second.wrong.stall_seconds, 0);
  EXPECT_FALSE(second.wrong.cut);
  EXPECT_TRUE(second.wrong.endless);
  EXPECT_FALSE(get(kPlaylist, query).wrong.endless);
}

TEST_F(ServiceRulesTest, CamerasNeedANameOfTheirOwnAndFootage) {
  add_camera("front");
  EXPECT_EQ(service().add_camera("front", {short_recording()}, kNow).error().kind, ErrorKind::invalid);
  EXPECT_EQ(service().add_camera("a b", {short_recording()}, kNow).error().kind, ErrorKind::invalid);
  EXPECT_EQ(service().add_camera("none", {}, kNow).error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace kinesight::sim::kvs
