#include "clips/web_api_document.h"

#include <nlohmann/json.hpp>

#include "clips/trigger.h"

namespace kinesight::clips {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDocumentVersion = 1;  // Of the API: it grows when something that was there is not any more.

Json error_response(std::string_view what) {
  return {{"description", what},
          {"content", {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
}

/// Adds a response, unless the row describes that status itself.
void add(Json& operation, const char* status, std::string_view what) {
  Json& responses = operation["responses"];
  if (!responses.contains(status)) responses[status] = error_response(what);
}

Json operation_object(const WebApi::Operation& row) {
  Json operation = Json::parse(row.described);
  if (row.needs_token) {
    operation["security"] = Json::array({{{"bearer", Json::array()}}, Json::object()});
    add(operation, "401", "The token is missing or wrong. Over loopback none is needed.");
  }
  if (row.method == "POST") add(operation, "403", "Sent by a page of another site.");
  add(operation, "413",
      row.max_body_bytes > 0 ? fmt::format("The body is longer than {} bytes.", row.max_body_bytes)
                             : std::string("There is a body, and none is taken."));
  if (row.max_body_bytes > 0) {
    add(operation, "400", "The body cannot be read, or is not what is expected.");
    add(operation, "415", "The body's Content-Type is not application/json.");
  }
  if (row.waits) {
    add(operation, "503",
        fmt::format("{} requests wait already, or what is waited for is away: ask again after Retry-After.",
                    WebApi::kMostWaiting));
  }
  return operation;
}

}  // namespace

std::string openapi_document(std::span<const WebApi::Operation> operations) {
  Json paths = Json::object();
  for (const auto& row : operations) {
    const std::string method = row.method == "POST" ? "post" : "get";
    paths[std::string(row.path)][method] = operation_object(row);
  }
  const Json document = {
      {"openapi", "3.1.0"},
      {"info",
       {{"title", kServiceName},
        {"version", std::to_string(kDocumentVersion)},
        {"description",
         "Clips of camera streams on Kinesis Video Streams. Reachable from other machines, it asks for a "
         "token: Authorization: Bearer TOKEN. GET routes answer HEAD too. A body's framing that cannot be "
         "read is a 400 or 501, and ends the connection."}}},
      {"paths", std::move(paths)},
      {"components",
       {{"schemas", Json::parse(described::kSchemas)},
        {"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}}}}}},
  };
  return document.dump();
}

}  // namespace kinesight::clips
