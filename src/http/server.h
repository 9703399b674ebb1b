// The HTTP server: health, metrics, the dashboard and its API. A wall around cpp-httplib.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/api.h"
#include "telemetry/log.h"

namespace kinesight::http {

/// The files of a server's certificate, PEM both. Renewed on disk, new connections show the new one.
struct TlsFiles {
  std::string certificate;  ///< With its chain behind it. Empty: no TLS.
  std::string key;          ///< Without a password.
};

/// Where and how to serve.
struct ServerOptions {
  std::string host = "0.0.0.0";
  int port = 8080;  ///< 0: any free port; port() tells which.
  /// The bearer token that opens pictures and the API beyond loopback; see token.h. Empty: they stay shut
  /// there.
  std::string token;
  std::size_t threads = 24;   ///< Connections served at once; further ones wait for a moment, then get a 503.
  std::size_t per_peer = 48;  ///< Connections of one address, those that wait too; further ones get a 429.
  std::size_t max_streams = 12;                      ///< Of which so many may follow the event stream.
  Clock::Duration heartbeat = seconds_duration(15);  ///< Between two signs of life on an idle event stream.
  Clock::Duration request_time =
      seconds_duration(10);  ///< For a request to arrive, and a reader to take its answer.
  bool assume_exposed =
      false;  ///< Ask for the token even on loopback (behind a proxy that others can reach).
  TlsFiles tls{};
};

/// Where a server listens.
struct Endpoint {
  std::string host;
  int port = 0;
};

/// "HOST:PORT" split, as --http takes it: "0.0.0.0:8080", "[::1]:0", "localhost:9000". Error: invalid.
Result<Endpoint> parse_endpoint(const std::string& text);

/// Serves from its construction to its destruction.
class Server {
 public:
  /// Binds and starts its threads. Errors: invalid (no such host; files that are no certificate), denied,
  /// unavailable (the port is taken).
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, ApiSources sources,
                                               telemetry::Log& log);
  /// Ends every connection, the live ones too, within a second.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  /// What a person can open: "http://127.0.0.1:8080/", under TLS "https://…".
  std::string url() const;
  /// Whether it can be reached from other machines, so that pictures and the API need the token.
  bool exposed() const;

 private:
  struct Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::http
