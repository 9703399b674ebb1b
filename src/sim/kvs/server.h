// The simulated Kinesis Video Streams on a socket: the service's answers and how they go wrong on their way.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "http/plain_server.h"
#include "sim/kvs/service.h"
#include "telemetry/log.h"

namespace kinesight::sim::kvs {

/// Where it listens.
struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 0;              ///< 0: any free port.
  std::size_t threads = 64;  ///< Answers that stall or never end hold one each.
};

/// Serves `service` over HTTP, from start() to its destruction. URLs in answers begin with what the request's
/// Host header names, so that it works behind any name. At level debug each request is logged, without its
/// query: tokens are in it.
class Server {
 public:
  /// `service`, `clock` and `log` outlive it. Errors: those of http::PlainServer.
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Service& service, Clock& clock,
                                               telemetry::Log& log);

  /// "http://127.0.0.1:4000"
  std::string url() const { return server_->url(); }
  int port() const { return server_->port(); }

 private:
  Server() = default;
  std::unique_ptr<http::PlainServer> server_;
};

}  // namespace kinesight::sim::kvs
