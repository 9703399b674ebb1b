// A small HTTP/1.1 server for any handler: sockets, threads and limits, without the dashboard's routes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/http.h"
#include "telemetry/log.h"

namespace kinesight::http {

/// A request as it came.
struct Incoming {
  std::string method;
  std::string path;   ///< Percent-encoded, as sent; without the query.
  std::string query;  ///< Percent-encoded, without the question mark.
  net::Headers headers;
  std::string body;
  bool from_elsewhere = false;  ///< The client did not come over loopback.
  /// Whether the client is still there: a handler that waits asks now and then. May be empty.
  std::function<bool()> client_waits{};
};

/// Takes a part of a body; false when the client has gone or the server stops.
using WriteBody = std::function<bool(std::string_view part)>;

/// What is answered. Content-Length is added; the handler gives Content-Type.
struct Outgoing {
  int status = 200;
  net::Headers headers{};
  std::string body{};
  /// Instead of `body`: called with a writer. `length` bytes are announced; writing fewer ends the
  /// connection, which the client sees as an answer cut off.
  std::function<void(const WriteBody& write, std::stop_token stop)> stream{};
  std::size_t length = 0;
};

/// Answers a request. Called by several threads at once; it may wait, until `stop` at most.
using Handler = std::function<Outgoing(const Incoming& request, std::stop_token stop)>;

/// Where and how to serve.
struct PlainOptions {
  std::string host = "127.0.0.1";
  int port = 0;  ///< 0: any free port.
  std::size_t threads = 24;
  std::size_t max_body_bytes = 1024 * 1024;  ///< A longer request body: 413.
  Clock::Duration request_time = seconds_duration(10);
};

/// Serves from its construction to its destruction.
class PlainServer {
 public:
  /// Errors: invalid (no such host), denied, unavailable (the port is taken).
  static Result<std::unique_ptr<PlainServer>> start(const PlainOptions& options, Handler handler,
                                                    telemetry::Log& log);
  /// Ends every connection, those in the middle of an answer too, within a second.
  ~PlainServer();
  PlainServer(const PlainServer&) = delete;
  PlainServer& operator=(const PlainServer&) = delete;

  int port() const;
  std::string url() const;  ///< "http://127.0.0.1:4000"

 private:
  struct Impl;
  explicit PlainServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::http
