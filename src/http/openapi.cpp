#include "http/openapi.h"

#include <nlohmann/json.hpp>
#include <set>

namespace kinesight::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVersion = "1";  // Of the API: it grows when something that was there is not any more.
constexpr std::string_view kSchemaPath = "#/components/schemas/";

Json error_response(std::string_view what) {
  return {{"description", what},
          {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

/// Adds a response, unless the row describes that status itself.
void add(Json& responses, const char* status, std::string_view what) {
  if (!responses.contains(status)) responses[status] = error_response(what);
}

/// What a row may answer beyond what it says itself.
void add_own(Json& responses, const Route& row) {
  if (row.guard == Guard::token)
    add(responses, "401", "The token is missing or wrong. Over loopback none is needed.");
  if (row.own_pages_only) add(responses, "403", "Sent by a page of another site.");
  if (row.max_body_bytes == 0) return add(responses, "413", "There is a body, and none is taken.");
  add(responses, "400", "The body cannot be read, or is not what is expected.");
  add(responses, "413", fmt::format("The body is longer than {} bytes.", row.max_body_bytes));
  add(responses, "415", "The body's Content-Type is not application/json.");
}

Json operation_object(const Route& row) {
  Json operation = row.described.empty() ? Json::object() : Json::parse(row.described);
  if (row.guard == Guard::token)
    operation["security"] = Json::array({{{"bearer", Json::array()}}, Json::object()});
  Json responses = operation.value("responses", Json::object());
  for (auto& response : responses) {  // A sentence alone stands for an error.
    if (response.is_string()) response = error_response(response.get<std::string>());
  }
  add_own(responses, row);
  operation["responses"] = std::move(responses);
  return operation;
}

Json paths_of(std::span<const Route> routes) {
  Json paths = Json::object();
  for (const auto& row : routes) {
    if (row.page) continue;
    paths[std::string(row.pattern)][row.method == "POST" ? "post" : "get"] = operation_object(row);
  }
  return paths;
}

/// The names of the schemas that are referred to anywhere in `json`.
void refs_of(const Json& json, std::set<std::string>& names) {
  if (json.is_object() && json.contains("$ref")) {
    names.insert(json["$ref"].get<std::string>().substr(kSchemaPath.size()));
  }
  for (const auto& member : json) {
    if (member.is_structured()) refs_of(member, names);
  }
}

/// Of `known` those that `paths` refers to, and those that they refer to in turn.
Json schemas_for(const Json& paths, const Json& known) {
  Json schemas = Json::object();
  std::set<std::string> wanted;
  refs_of(paths, wanted);
  for (std::size_t before = 0; before != wanted.size();) {
    before = wanted.size();
    schemas.clear();
    for (const auto& name : wanted) {
      if (known.contains(name)) schemas[name] = known[name];
    }
    refs_of(schemas, wanted);
  }
  return schemas;
}

}  // namespace

std::string openapi_document(std::string_view title, const ApiAbout& about, std::span<const Route> routes) {
  Json known = Json::parse(described::kSchemas);
  for (const auto schemas : about.schemas) known.update(Json::parse(schemas));
  const Json paths = paths_of(routes);
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", title},
        {"version", kVersion},
        {"description", fmt::format("{}Reachable from other machines, it asks for a token: Authorization: "
                                    "Bearer TOKEN. GET routes answer HEAD too. A body's framing that cannot "
                                    "be read is a 400 or 501, and ends the connection.",
                                    about.description)}}},
      {"paths", paths},
      {"components",
       {{"schemas", schemas_for(paths, known)},
        {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
  };
  return document.dump();
}

}  // namespace kinesight::http
