// The OpenAPI document: it says what the server does, and nothing else.
#include <set>

#include "http/query_text.h"
#include "http/server_fixture.h"

namespace kinesight::http {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class OpenapiTest : public ServerTest {
 protected:
  OpenapiTest() {
    sources_.coverage = [](const CoverageQuery&) { return std::vector<CameraCoverage>(); };
    sources_.routes.push_back({.method = "POST",
                               .pattern = "/api/cameras/{id}/poke",
                               .max_body_bytes = 100,
                               .handler = [](const ApiCall&) { return ApiAnswer(); },
                               .described = R"({"operationId": "poke", "summary": "Pokes it.",
           "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": {"$ref":
             "#/components/schemas/Poked"}}}}, "409": "It is poked."}})"});
    sources_.about.description = "Cameras. ";
    sources_.about.schemas = {R"({"Poked": {"$ref": "#/components/schemas/Health"}, "Unused": {}})"};
  }

  Json document() { return Json::parse(get("/api/openapi.json")->body); }
  Json operation(const std::string& method, const std::string& path) {
    return document().at("paths").at(path).at(method);
  }
};

TEST_F(OpenapiTest, HasEveryRouteAndEachAnswers) {
  start();
  std::set<std::string> paths;
  const Json all = document();
  for (const auto& [path, operations] : all.at("paths").items()) {
    paths.insert(path);
    for (const auto& [method, operation] : operations.items()) {
      EXPECT_FALSE(operation.at("operationId").get<std::string>().empty()) << path;
      EXPECT_FALSE(operation.at("summary").get<std::string>().empty()) << path;
    }
  }
  EXPECT_THAT(paths, testing::UnorderedElementsAre("/healthz", "/health", "/metrics", "/api/cameras",
                                                   "/api/cameras/{id}/latest.jpg", "/api/cameras/{id}/poke",
                                                   "/api/events", "/api/events/stream",
                                                   "/api/events/{event_id}", "/api/coverage",
                                                   "/snapshots/{key}", "/api/login", "/api/openapi.json"));
  for (const auto& path : paths) {
    EXPECT_EQ(client().Delete(path)->status, 405) << path << " is routed, though not for this method";
  }
}

TEST_F(OpenapiTest, SaysWhatFollowsFromARow) {
  start();
  const Json poke = operation("post", "/api/cameras/{id}/poke")["responses"];
  for (const char* status : {"200", "400", "401", "403", "409", "413", "415"}) {
    EXPECT_TRUE(poke.contains(status)) << status;
  }
  EXPECT_EQ(poke["409"]["description"], "It is poked.");
  EXPECT_EQ(poke["409"]["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Error");
  EXPECT_THAT(poke["413"]["description"].get<std::string>(), HasSubstr("100 bytes"));
  EXPECT_TRUE(operation("get", "/api/cameras").contains("security"));
  EXPECT_FALSE(operation("get", "/healthz").contains("security"));
  EXPECT_THAT(document()["info"]["description"].get<std::string>(), testing::StartsWith("Cameras. "));
}

TEST_F(OpenapiTest, HasTheSchemasThatAreReferredTo) {
  start();
  const Json schemas = document()["components"]["schemas"];
  for (const char* name : {"Poked", "Health", "Error", "Event", "Events", "CameraCoverage"}) {
    EXPECT_TRUE(schemas.contains(name)) << name;
  }
  EXPECT_FALSE(schemas.contains("Unused"));
}

TEST_F(OpenapiTest, DescribesTheParametersThatAreRead) {
  start();
  std::set<std::string> names;
  const Json parameters = operation("get", "/api/events")["parameters"];
  for (const auto& parameter : parameters) {
    const std::string name = parameter["name"];
    names.insert(name);
    const auto read = parse_query({{name, ""}}, 0);
    EXPECT_THAT(read ? "" : read.error().message, testing::Not(HasSubstr("unknown"))) << name;
    if (name != "limit") continue;
    EXPECT_EQ(parameter["schema"]["maximum"], kMaxEvents);
    EXPECT_FALSE(parse_query({{name, std::to_string(kMaxEvents + 1)}}, 0));
  }
  EXPECT_THAT(names,
              testing::ElementsAre("camera", "label", "limit", "order", "q", "since", "type", "until"));
  EXPECT_EQ(operation("get", "/api/cameras/{id}/latest.jpg")["parameters"].size(), 2u) << "id and width";
}

TEST_F(OpenapiTest, IsForWhoHasTheToken) {
  options_.assume_exposed = true;
  options_.token = kToken;
  start();
  EXPECT_EQ(get("/api/openapi.json")->status, 401);
  EXPECT_EQ(get("/api/openapi.json", {{"Authorization", std::string("Bearer ") + kToken}})->status, 200);
}

}  // namespace
}  // namespace kinesight::http
