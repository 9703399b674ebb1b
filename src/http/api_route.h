// A route of a service's own: the server takes the request from the wire and guards it, the service answers.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kinesight::http {

/// A request to such a route, read to its end.
struct ApiCall {
  std::string method;  ///< "GET" or "POST"; for HEAD "GET".
  std::string path;    ///< Percent-decoded, without the query.
  std::string rest;    ///< What the pattern's name stands for, percent-decoded: anything, slashes too.
  std::multimap<std::string, std::string> parameters;  ///< Of the query, percent-decoded.
  std::string content_type;                            ///< As sent; empty: none.
  std::string body;  ///< Empty where there is none. Nobody has looked whether it is JSON.
};

/// What is answered. Cache-Control is no-store unless a header says otherwise.
struct ApiAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// One route. What changes state is a POST: it is refused when another site's page sends it (403, by Origin).
struct ApiRoute {
  std::string_view method;  ///< "GET" (answers HEAD too) or "POST".
  /// A path as OpenAPI writes it, for as long as the program runs: one "{name}" in it stands for one or more
  /// characters. Of two that match the first in the table answers.
  std::string_view pattern;
  bool needs_token = true;  ///< As http/access.h has it.
  /// Of the longest body that it takes (413 beyond), which must be JSON by its Content-Type (415): another
  /// site's form cannot say so. 0: it takes none.
  std::size_t max_body_bytes = 0;
  /// Called by several threads at once; while it waits it keeps one of the server's threads from the others,
  /// and the server from ending.
  std::function<ApiAnswer(const ApiCall& call)> handler{};
  /// What the OpenAPI document says of it: the operation object as JSON, but for what the members above say.
  /// Of the responses one that is a string is an error, which it describes.
  std::string described{};
};

/// What the OpenAPI document says beyond the routes.
struct ApiAbout {
  std::string_view path = "/api/openapi.json";  ///< Where it is served.
  std::string description{};                    ///< Of the service: sentences, each with a space behind it.
  /// What `ApiRoute::described` refers to as "#/components/schemas/NAME": JSON objects of JSON Schemas
  /// (2020-12) by their names. "Error" is there already.
  std::vector<std::string_view> schemas{};
};

}  // namespace kinesight::http
