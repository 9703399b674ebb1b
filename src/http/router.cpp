#include "http/router.h"

#include <exception>

#include "http/json.h"

namespace kinesight::http {
namespace {

Credentials credentials_of(const httplib::Request& request) {
  const auto header = [&](const char* name) -> std::string_view {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
  };
  return {header("Host"), header("Authorization"), header("Cookie")};
}

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::denied:
      return 403;
    case ErrorKind::throttled:
      return 429;
    case ErrorKind::unavailable:
    case ErrorKind::cancelled:
      return 503;
    case ErrorKind::corrupt:
      return 500;
  }
  return 500;
}

}  // namespace

std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos)
    return path == pattern ? std::optional(std::string_view()) : std::nullopt;
  const auto before = pattern.substr(0, star);
  const auto after = pattern.substr(star + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  return path.substr(before.size(), path.size() - before.size() - after.size());
}

bool has_body(const httplib::Request& request) {
  return request.has_header("Transfer-Encoding") ||
         (request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0");
}

void answer_error(httplib::Response& response, int status, std::string_view message) {
  response.status = status;
  response.set_header("Cache-Control", "no-store");
  response.set_content(error_json(message), "application/json");
}

void answer_error(httplib::Response& response, const Error& error) {
  answer_error(response, status_of(error.kind), error.message);
}

Router::Router(std::vector<Route> routes, const Access& access, telemetry::Log& log)
    : routes_(std::move(routes)), access_(access), log_(log) {}

void Router::handle(const httplib::Request& request, httplib::Response& response) const {
  try {
    dispatch(request, response);
  } catch (const std::exception& exception) {
    log_.error(fmt::format("{} {} failed: {}", request.method, request.path, exception.what()));
    answer_error(response, 500, "internal error; the log says more");
  }
  if (response.status == -1) response.status = 200;
  // The path alone: a query may hold what should not be in a log.
  log_.debug(fmt::format("{} {} {}", request.method, request.path, response.status));
}

void Router::dispatch(const httplib::Request& request, httplib::Response& response) const {
  if (has_body(request)) return answer_error(response, 413, "no request here takes a body");
  const std::string_view method = request.method == "HEAD" ? "GET" : std::string_view(request.method);
  std::string_view allowed;
  for (const Route& route : routes_) {
    const auto rest = match(route.pattern, request.path);
    if (!rest) continue;
    if (route.method != method) {
      allowed = route.method;
      continue;
    }
    if (route.guard == Guard::token && !access_.allows(credentials_of(request))) {
      response.set_header("WWW-Authenticate", "Bearer");
      return answer_error(response, 401,
                          "a token is needed: send Authorization: Bearer TOKEN, or POST it so to /api/login");
    }
    return route.handler(request, response, *rest);
  }
  if (allowed.empty()) return answer_error(response, 404, "no such page");
  response.set_header("Allow", allowed == "GET" ? "GET, HEAD" : std::string(allowed));
  answer_error(response, 405, fmt::format("{} is not allowed here", request.method));
}

}  // namespace kinesight::http
