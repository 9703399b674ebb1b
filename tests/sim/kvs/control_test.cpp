// The simulator's own steering over HTTP.
#include "sim/kvs/service_fixture.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ControlTest : public ServiceTest {
 protected:
  Told post(const std::string& body) {
    return send({.method = "POST", .path = "/_sim/faults", .query = "", .headers = {}, .body = body});
  }
  Told clear(const std::string& query) {
    return send({.method = "DELETE", .path = "/_sim/faults", .query = query, .headers = {}, .body = ""});
  }
  std::string describe() { return call("describeStream", {{"StreamName", "front"}}).error; }
};

TEST_F(ControlTest, AddsListsAndClearsFaults) {
  add_camera("front");
  EXPECT_EQ(post(R"({"name": "denied", "stream": "front", "after_seconds": 10, "for_seconds": 20})").status,
            200);
  EXPECT_EQ(describe(), "");
  clock_.advance_seconds(10);
  EXPECT_EQ(describe(), "NotAuthorizedException");
  const json listed = get("/_sim/faults").body;
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["name"], "denied");
  EXPECT_EQ(listed[0]["begin"], kNow + 10);
  EXPECT_EQ(listed[0]["end"], kNow + 30);
  clock_.advance_seconds(20);
  EXPECT_EQ(describe(), "");
  EXPECT_TRUE(get("/_sim/faults").body.empty());

  post(R"([{"name": "denied", "count": 2}, {"name": "stall", "value": 3}])");
  EXPECT_EQ(get("/_sim/faults").body.size(), 2U);
  EXPECT_EQ(describe(), "NotAuthorizedException");
  EXPECT_EQ(describe(), "NotAuthorizedException");
  EXPECT_EQ(describe(), "");
  EXPECT_EQ(clear("name=cut").body.size(), 1U);
  EXPECT_EQ(clear("name=stall").body.size(), 0U);
}

TEST_F(ControlTest, RefusesWhatItCannotReadAndAddsNoneOfIt) {
  const std::string deep =
      R"({"name": "gap", "value": )" + std::string(400'000, '[') + std::string(400'000, ']') + "}";
  for (const char* body :
       {"", "5", "nonsense", "[5]", R"({"name": "stal"})", R"({"name": "cut", "cuont": 1})",
        R"({"name": "cut", "count": "x"})", R"({"name": "cut", "count": 0})",
        R"({"name": "cut", "probability": 2})", deep.c_str(), R"([{"name": "cut"}, {"name": "no"}])"}) {
    const Told told = post(body);
    EXPECT_EQ(told.status, 400) << body;
    EXPECT_TRUE(told.body.contains("error")) << body;
  }
  EXPECT_THAT(post(R"({"name": "stal"})").bytes, HasSubstr("did you mean 'stall'"));
  EXPECT_TRUE(get("/_sim/faults").body.empty());
}

TEST_F(ControlTest, TellsWhatThereIsOfEachStream) {
  add_camera("front");
  call("createStream", {{"StreamName", "empty"}});
  const json streams = get("/_sim/streams").body;
  ASSERT_EQ(streams.size(), 2U);
  EXPECT_EQ(streams[0]["name"], "empty");
  EXPECT_EQ(streams[0]["newest"], nullptr);
  EXPECT_EQ(streams[1]["name"], "front");
  EXPECT_NEAR(streams[1]["fragments"].get<int>(), 59, 2);
  EXPECT_GT(streams[1]["newest"].get<double>(), kNow - 5);
}

TEST_F(ControlTest, IsForProgramsOnThisMachineAlone) {
  const auto status = [&](net::Headers headers, bool from_elsewhere) {
    return send({.method = "GET",
                 .path = "/_sim/faults",
                 .query = "",
                 .headers = std::move(headers),
                 .body = "",
                 .from_elsewhere = from_elsewhere})
        .status;
  };
  EXPECT_EQ(status({{"Host", "127.0.0.1:4570"}}, false), 200);
  EXPECT_EQ(status({{"Host", "127.0.0.1:4570"}}, true), 403);
  EXPECT_EQ(status({{"Host", "elsewhere.example"}}, false), 403) << "a page that points its own name here";
  EXPECT_EQ(status({{"Host", "localhost"}, {"Origin", "https://elsewhere.example"}}, false), 403);
}

TEST_F(ControlTest, CountsTheSessionsThatNewerOnesPushedOut) {
  options_.limits = false;
  add_camera("front");
  for (int i = 0; i < 203; ++i) open_session("front");
  EXPECT_EQ(get("/_sim/sessions").body, json({{"kept", 200}, {"dropped", 3}}));
}

TEST_F(ControlTest, SaysWhatThereIsWhereThereIsNothing) {
  EXPECT_EQ(get("/_sim/").status, 404);
  EXPECT_EQ(clear("").status, 200);
}

}  // namespace
}  // namespace kinesight::sim::kvs
