// From a method and a path to the handler that answers them. Private to http/.
#pragma once

#include <httplib.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/access.h"
#include "telemetry/log.h"

namespace kinesight::http {

/// Who may use a route.
enum class Guard {
  open,   ///< Everyone.
  token,  ///< Who Access allows.
};

/// Where a browser turns the token into a cookie.
inline constexpr std::string_view kLogin = "/api/login";

/// Answers a request; `rest` is what stood for the pattern's name.
using RouteHandler = std::function<void(const httplib::Request&, httplib::Response&, std::string_view rest)>;

/// One row of the router.
struct Route {
  std::string_view method;   ///< "GET" (answers HEAD too) or "POST".
  std::string_view pattern;  ///< A path; one "{name}" in it stands for one or more characters.
  Guard guard = Guard::open;
  RouteHandler handler;
  std::size_t max_body_bytes = 0;  ///< Of JSON; 0: it takes no body.
  /// Refuses what a page of another site sends (RFC 6454): browsers say so in Origin with every POST.
  bool own_pages_only = false;
  std::string described{};  ///< As ApiRoute::described.
  bool page = false;        ///< For people: it is in no document of the API.
};

/// What the name in `pattern` stands for in `path` (empty without one); nothing when they do not match.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path);

/// Finds the route of a request, guards it, and turns every failure into a JSON answer: 401, 403, 404, 405,
/// 413, 415, 500.
class Router {
 public:
  Router(std::vector<Route> routes, const Access& access, telemetry::Log& log);

  /// The route of a request whose head has been read; null when it is not to go further, which `response`
  /// says then.
  const Route* admit(const httplib::Request& request, httplib::Response& response) const;
  /// Answers a request that has been read to its end.
  void handle(const httplib::Request& request, httplib::Response& response) const;

 private:
  const Route* find(const httplib::Request& request, httplib::Response& response) const;

  std::vector<Route> routes_;
  std::string login_;  ///< How to log in, for who has no token with him; empty when nobody can.
  const Access& access_;
  telemetry::Log& log_;
};

/// Answers `status` with {"error": message}.
void answer_error(httplib::Response& response, int status, std::string_view message);
/// Answers with the status that an error's kind stands for.
void answer_error(httplib::Response& response, const Error& error);

}  // namespace kinesight::http
