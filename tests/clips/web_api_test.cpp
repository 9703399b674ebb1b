// The REST API but for its trigger of clips: cameras, live links, health, who may do what, and its document.
#include <set>

#include "clips/support/web_api_rig.h"
#include "clips/trigger.h"

namespace kinesight::clips {
namespace {

using telemetry::HealthState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string kSecretUrl =
    "https://b-1.kinesisvideo.example/hls/v1/master.m3u8?SessionToken=CiAMO-secret";

aws::VideoStream stream(const std::string& name, const std::string& status = "ACTIVE") {
  return {.name = name, .arn = "arn:aws:kinesisvideo:us-east-1:1:stream/" + name + "/1", .status = status};
}

class CamerasTest : public WebApiTest {
 protected:
  CamerasTest() {
    streams.on_list = [] { return std::vector{stream("yard"), stream("front"), stream("old", "DELETING")}; };
    streams.on_describe = [](const std::string& name) -> Result<aws::VideoStream> {
      if (name == "front" || name == "a.b_c-9") return stream(name);
      if (name == "new") return stream(name, "CREATING");
      return fail(ErrorKind::not_found, "DescribeStream: no stream {}", name);
    };
    streams.on_hls_url = [](const std::string& name, int seconds) -> Result<std::string> {
      return fmt::format("{}&{}&{}", kSecretUrl, name, seconds);
    };
  }

  static std::vector<std::string> names(const httplib::Result& answer) {
    std::vector<std::string> names;
    const Json json = Json::parse(answer->body);
    for (const auto& one : json.at("cameras")) names.push_back(one.at("stream_name"));
    return names;
  }
};

TEST_F(CamerasTest, AreTheActiveStreamsAskedForSeldom) {
  start();
  const auto answer = get("/cameras");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(Json::parse(answer->body)["cameras"][0],
            Json::parse(R"({"stream_arn":"arn:aws:kinesisvideo:us-east-1:1:stream/front/1",
                            "stream_name":"front","status":"ACTIVE"})"));
  EXPECT_THAT(names(get("/cameras")), ElementsAre("front", "yard"));
  EXPECT_EQ(streams.lists, 1);
}

TEST_F(CamerasTest, AreDiscoveredAnewWhenAskedTo) {
  start();
  ASSERT_EQ(get("/cameras")->status, 200);
  streams.on_list = [] { return std::vector{stream("side")}; };
  const auto answer = post("/trigger/discover");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(Json::parse(answer->body)["status"], "DISCOVERED");
  EXPECT_THAT(names(answer), ElementsAre("side"));
  EXPECT_THAT(names(get("/cameras")), ElementsAre("side"));
  EXPECT_EQ(streams.lists, 2);
}

TEST_F(CamerasTest, AreDiscoveredWithNothingToSay) {
  start();
  EXPECT_EQ(post("/trigger/discover", " {} ")->status, 200);
  for (const char* body : {"[]", "null", "{", R"({"stream_name":"front"})"})
    EXPECT_EQ(post("/trigger/discover", body)->status, 400) << body;
  EXPECT_EQ(streams.lists, 1);
}

TEST_F(CamerasTest, RedisThatIsAwayIsNoError) {
  cache.fail_with(Error{ErrorKind::unavailable, "Redis at 127.0.0.1:1: Connection refused"});
  start();
  EXPECT_THAT(names(get("/cameras")), ElementsAre("front", "yard"));
  EXPECT_THAT(names(post("/trigger/discover")), ElementsAre("front", "yard"));
}

TEST_F(CamerasTest, WhatAwsRefusesIsNotTheFaultOfWhoAsks) {
  start();
  for (const auto& [kind, status] :
       {std::pair(ErrorKind::throttled, 503), std::pair(ErrorKind::unavailable, 503),
        std::pair(ErrorKind::denied, 502), std::pair(ErrorKind::invalid, 502),
        std::pair(ErrorKind::corrupt, 502)}) {
    streams.on_list = [kind]() -> Result<std::vector<aws::VideoStream>> {
      return fail(kind, "ListStreams: no");
    };
    for (const auto& answer : {get("/cameras"), post("/trigger/discover")}) {
      EXPECT_EQ(answer->status, status) << to_string(kind);
      EXPECT_THAT(answer->body, HasSubstr("ListStreams: no"));
      EXPECT_EQ(answer->get_header_value("Retry-After"), status == 503 ? "5" : "");
    }
  }
}

TEST_F(CamerasTest, AreWatchedLiveByALinkThatIsASecret) {
  start();
  const auto answer = get("/cameras/front/hls");
  ASSERT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, R"({"hls_url":")" + kSecretUrl +
                              R"(&front&300","expires_in":300,)"
                              R"("expires_at":"2023-11-14T22:18:20.000Z"})");
  EXPECT_EQ(answer->get_header_value("Cache-Control"), "no-store");
  EXPECT_THAT(get("/cameras/a.b%5fc-9/hls?seconds=43200")->body,
              testing::AllOf(HasSubstr("&a.b_c-9&43200"), HasSubstr("2023-11-15T10:13:20.000Z")));
  EXPECT_THAT(logged(), testing::AllOf(HasSubstr("/cameras/front/hls 200"), Not(HasSubstr("secret"))));
}

TEST_F(CamerasTest, OnlyWhatIsThereIsWatched) {
  start();
  EXPECT_EQ(get("/cameras/nowhere/hls")->status, 404);
  EXPECT_EQ(get("/cameras/new/hls")->status, 409);
  EXPECT_THAT(get("/cameras/new/hls")->body, HasSubstr("the stream 'new' is CREATING, not ACTIVE"));
  for (const char* seconds : {"299", "43201", "0", "-300", "300s", "", "3e2", "99999999999"}) {
    const auto answer = get(std::string("/cameras/front/hls?seconds=") + seconds);
    EXPECT_EQ(answer->status, 400) << seconds;
    EXPECT_THAT(answer->body, HasSubstr("from 300 to 43200"));
  }
  EXPECT_EQ(get("/cameras/front/hls?second=300")->status, 400);
  EXPECT_EQ(get("/cameras/front/hls?seconds=300&seconds=301")->status, 400);
  streams.describes = 0;
  for (const char* id : {"..", "%2e%2e", "a%2Fb", "a%00", "a%20b", "arn:aws:x"}) {
    EXPECT_EQ(get(fmt::format("/cameras/{}/hls", id))->status, 404) << id;
  }
  EXPECT_EQ(get("/cameras/" + std::string(257, 'a') + "/hls")->status, 404);
  EXPECT_EQ(streams.describes, 0);
}

TEST_F(CamerasTest, AStreamThatSendsNothingIsInTheWrongState) {
  start();
  for (const auto& [kind, status] :
       {std::pair(ErrorKind::not_found, 409), std::pair(ErrorKind::invalid, 409),
        std::pair(ErrorKind::throttled, 503), std::pair(ErrorKind::denied, 502)}) {
    streams.on_hls_url = [kind](const std::string&, int) -> Result<std::string> {
      return fail(kind, "GetHLSStreamingSessionURL: no fragments");
    };
    EXPECT_EQ(get("/cameras/front/hls")->status, status) << to_string(kind);
  }
}

class HealthTest : public WebApiTest {};

TEST_F(HealthTest, IsOfRabbitMqToo) {
  start();
  for (const char* path : {"/health", "/healthz"}) {
    EXPECT_EQ(get(path)->status, 200);
    EXPECT_EQ(get(path)->body, R"({"status":"ok","service":"sightapi-s2","rabbitmq":"connected"})");
  }
  connected = false;
  EXPECT_EQ(get("/health")->status, 503);
  EXPECT_EQ(get("/health")->body, R"({"status":"failed","service":"sightapi-s2","rabbitmq":"disconnected",)"
                                  R"("reasons":["rabbitmq: no connection"]})");
  EXPECT_EQ(get("/healthz")->status, 200) << "a new start would not bring RabbitMQ back";
  EXPECT_EQ(Json::parse(get("/healthz")->body)["status"], "degraded");
}

TEST_F(HealthTest, IsThatOfTheParts) {
  start();
  health.report("store", HealthState::degraded, "slow");
  EXPECT_EQ(
      get("/health")->body,
      R"({"status":"degraded","service":"sightapi-s2","rabbitmq":"connected","reasons":["store: slow"]})");
  health.report("store", HealthState::failed, "gone");
  EXPECT_EQ(get("/health")->status, 503);
  EXPECT_EQ(get("/healthz")->status, 503);
}

TEST_F(HealthTest, MetricsAreForPrometheus) {
  start();
  metrics.add(telemetry::kCacheFailures, {"get"});
  EXPECT_EQ(get("/metrics")->get_header_value("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(get("/metrics")->body, metrics.text());
}

class GuardTest : public CamerasTest {};

TEST_F(GuardTest, BeyondLoopbackAllButHealthAndMetricsNeedsTheToken) {
  options.assume_exposed = true;
  options.token = kToken;
  start();
  const Headers token = {{"Authorization", std::string("Bearer ") + kToken}};
  for (const char* path : {"/health", "/healthz", "/metrics"}) EXPECT_EQ(get(path)->status, 200) << path;
  for (const char* path : {"/cameras", "/cameras/front/hls", "/openapi.json", "/"}) {
    EXPECT_EQ(get(path)->status, 401) << path;
    EXPECT_EQ(get(path, {{"Authorization", "Bearer wrong"}})->status, 401) << path;
    EXPECT_EQ(get(path, token)->status, 200) << path;
  }
  EXPECT_EQ(post("/trigger/clip", whole().dump())->status, 401);
  EXPECT_EQ(post("/trigger/discover")->status, 401);
  EXPECT_THAT(queued(), IsEmpty());
  EXPECT_EQ(post("/trigger/clip", whole().dump(), token)->status, 200);
  EXPECT_EQ(post("/trigger/discover", "", token)->status, 200);
}

TEST_F(GuardTest, PagesOfOtherSitesTriggerNothing) {
  start();
  const Headers elsewhere = {{"Origin", "https://evil.example"}};
  EXPECT_EQ(post("/trigger/discover", "", elsewhere)->status, 403);
  EXPECT_EQ(post("/trigger/clip", whole().dump(), elsewhere)->status, 403);
  EXPECT_EQ(post("/trigger/clip", whole().dump(), {{"Host", "evil.example"}})->status, 401)
      << "DNS rebinding";
  httplib::Client form("127.0.0.1", server->port());
  EXPECT_EQ(form.Post("/trigger/clip", whole().dump(), "text/plain")->status, 415);
  EXPECT_EQ(streams.lists, 0);
  EXPECT_THAT(queued(), IsEmpty());
}

TEST_F(GuardTest, NoLogHasASecret) {
  options.assume_exposed = true;
  options.token = "secret-token";
  start();
  const Headers token = {{"Authorization", "Bearer secret-token"}};
  get("/cameras/front/hls?seconds=300", token);
  get("/cameras/front/hls?seconds=secret-query", token);
  get("/cameras", {{"Authorization", "Bearer secret-guess"}});
  auto body = whole();
  body["inference_config"] = {{"api_key", "secret-key"}};
  EXPECT_EQ(post("/trigger/clip", body.dump(), token)->status, 200);
  broker.next_fates({support::FakeBroker::Fate::unavailable});
  EXPECT_EQ(post("/trigger/clip", body.dump(), token)->status, 503);
  body["inference_config"] = "secret-text";
  EXPECT_EQ(post("/trigger/clip", body.dump(), token)->status, 400);
  const std::string text = logged();
  EXPECT_THAT(text, HasSubstr("process_id=201"));
  EXPECT_THAT(text, Not(HasSubstr("secret")));
}

class DocumentTest : public CamerasTest {
 protected:
  static void refs_of(const Json& json, std::set<std::string>& refs) {
    if (json.is_object() && json.contains("$ref")) refs.insert(json.at("$ref"));
    if (json.is_structured())
      for (const auto& member : json) refs_of(member, refs);
  }
};

TEST_F(DocumentTest, IsServed) {
  start();
  const auto answer = get("/openapi.json");
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(Json::parse(answer->body), document());
  EXPECT_EQ(document()["openapi"], "3.1.0");
  EXPECT_THAT(get("/")->body, HasSubstr("GET   /cameras/{id}/hls\n"));
}

TEST_F(DocumentTest, HasEachRouteThatIsServedAndNoOther) {
  start();
  const Json all = document();
  std::set<std::string> served{"GET /openapi.json"}, documented, ids;
  const auto sources = api->sources();
  for (const auto& route : sources.routes) served.insert(fmt::format("{} {}", route.method, route.pattern));
  for (const auto& [path, operations] : all.at("paths").items()) {
    for (const auto& [method, operation] : operations.items()) {
      documented.insert((method == "get" ? "GET " : "POST ") + path);
      EXPECT_TRUE(ids.insert(operation.at("operationId")).second) << operation.at("operationId");
      EXPECT_FALSE(operation.at("summary").get<std::string>().empty());
      // A path's parameters are described, and those alone.
      std::string shape = path;
      const Json parameters = operation.value("parameters", Json::array());
      for (const auto& parameter : parameters) {
        const auto name = "{" + parameter.at("name").get<std::string>() + "}";
        if (parameter.at("in") != "path") continue;
        ASSERT_THAT(shape, HasSubstr(name));
        shape.erase(shape.find(name), name.size());
      }
      EXPECT_THAT(shape, Not(HasSubstr("{")));
      EXPECT_EQ(operation.contains("requestBody"), method == "post");
    }
  }
  EXPECT_EQ(served, documented);
}

TEST_F(DocumentTest, RefersToWhatIsThere) {
  start();
  const Json all = document();
  std::set<std::string> refs, schemas;
  refs_of(all, refs);
  for (const auto& [name, schema] : all.at("components").at("schemas").items())
    schemas.insert("#/components/schemas/" + name);
  EXPECT_EQ(refs, schemas) << "each is used, and each that is used is there";
}

TEST_F(DocumentTest, NamesTheFieldsOfATrigger) {
  start();
  const auto known = trigger_fields();
  std::set<std::string> fields;
  const Json trigger = document()["components"]["schemas"]["ClipTrigger"];
  for (const auto& [name, schema] : trigger["properties"].items()) fields.insert(name);
  EXPECT_EQ(fields, std::set<std::string>(known.begin(), known.end()));
  const Json example =
      document()["paths"]["/trigger/clip"]["post"]["requestBody"]["content"]["application/json"]["example"];
  clock.advance_seconds(3 * 365 * 86400.0);
  EXPECT_EQ(this->trigger(example)->status, 200);
}

}  // namespace
}  // namespace kinesight::clips
