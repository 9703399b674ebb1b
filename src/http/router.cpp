#include "http/router.h"

#include <algorithm>
#include <exception>

#include "http/json.h"
#include "http/request_reader.h"
#include "net/http.h"

namespace kinesight::http {
namespace {

std::string_view header(const httplib::Request& request, const char* name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view() : std::string_view(found->second);
}

Credentials credentials_of(const httplib::Request& request) {
  return {header(request, "Host"), header(request, "Authorization"), header(request, "Cookie")};
}

/// The routes know GET alone; HEAD is the same without the body.
std::string_view method_of(const httplib::Request& request) {
  return request.method == "HEAD" ? "GET" : std::string_view(request.method);
}

/// "http://127.0.0.1:7084" is what we are called; "null" and what is not sent by a browser's rules is not.
bool from_other_site(const httplib::Request& request) {
  if (!request.has_header("Origin")) return false;
  const std::string_view origin = header(request, "Origin");
  const auto authority = origin.find("://");
  return authority == std::string_view::npos ||
         !net::same_name(origin.substr(authority + 3), header(request, "Host"));
}

bool is_json(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return net::same_name(content_type, "application/json");
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
  const auto name = pattern.find('{');
  if (name == std::string_view::npos)
    return path == pattern ? std::optional(std::string_view()) : std::nullopt;
  const auto before = pattern.substr(0, name);
  const auto after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  return path.substr(before.size(), path.size() - before.size() - after.size());
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
    : routes_(std::move(routes)), access_(access), log_(log) {
  if (std::ranges::find(routes_, kLogin, &Route::pattern) != routes_.end()) {
    login_ = fmt::format(", or POST it so to {}", kLogin);
  }
}

void Router::handle(const httplib::Request& request, httplib::Response& response) const {
  try {
    if (const Route* route = admit(request, response)) {
      route->handler(request, response, *match(route->pattern, request.path));
    }
  } catch (const std::exception& exception) {
    log_.error(fmt::format("{} {} failed: {}", request.method, request.path, exception.what()));
    answer_error(response, 500, "internal error; the log says more");
  }
  if (response.status == -1) response.status = 200;
  // The path alone: a query may hold what should not be in a log.
  log_.debug(fmt::format("{} {} {}", request.method, request.path, response.status));
}

const Route* Router::admit(const httplib::Request& request, httplib::Response& response) const {
  const Route* route = find(request, response);
  const auto refuse = [&](int status, std::string_view message) {
    answer_error(response, status, message);
    return nullptr;
  };
  if (!route) return nullptr;
  if (route->guard == Guard::token && !access_.allows(credentials_of(request))) {
    response.set_header("WWW-Authenticate", "Bearer");
    return refuse(401, "a token is needed: send Authorization: Bearer TOKEN" + login_);
  }
  if (route->own_pages_only && from_other_site(request)) {
    return refuse(403, "a page of another site may not ask for this");
  }
  const bool body = std::ranges::any_of(
      request.headers, [](const auto& field) { return announces_body(field.first, field.second); });
  if (body && route->max_body_bytes == 0) return refuse(413, "no body is taken here");
  if (route->max_body_bytes > 0 && (body || request.has_header("Content-Type")) &&
      !is_json(header(request, "Content-Type"))) {
    return refuse(415, "expected a body of Content-Type: application/json");
  }
  return route;
}

const Route* Router::find(const httplib::Request& request, httplib::Response& response) const {
  std::string allowed;
  for (const Route& route : routes_) {
    if (!match(route.pattern, request.path)) continue;
    if (route.method == method_of(request)) return &route;
    const std::string_view methods = route.method == "GET" ? "GET, HEAD" : route.method;
    if (allowed.find(methods) == std::string::npos) {
      allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", methods);
    }
  }
  if (allowed.empty()) {
    answer_error(response, 404, "no such page");
    return nullptr;
  }
  response.set_header("Allow", allowed);
  answer_error(response, 405, fmt::format("{} is not allowed here", request.method));
  return nullptr;
}

}  // namespace kinesight::http
