// What the servers share: sockets, threads, a bounded queue of waiting connections, and their end. Private to
// http/.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "http/connection_stream.h"
#include "http/peer_shares.h"
#include "http/socket.h"
#include "telemetry/log.h"

namespace kinesight::http {

/// What connections may take.
struct ConnectionsOptions {
  std::size_t threads = 24;  ///< Connections served at once.
  /// Connections of one address, those that wait too.
  std::size_t per_peer = std::numeric_limits<std::size_t>::max();
  std::size_t request_bytes = StreamLimits{}.request_bytes;
  Clock::Duration request_time;        ///< For a request to arrive, and a reader to take its answer.
  std::shared_ptr<TlsIdentity> tls{};  ///< Null: connections are not encrypted.
  /// Told of each that is turned away: "address" (it has its share), "busy". May be empty.
  std::function<void(std::string_view reason)> refused{};
};

/// Accepts connections and serves them, one request after the other, between start() and stop().
class Connections {
 public:
  /// Answers one request, whose first byte is there; false when the connection is of no more use. `last`: it
  /// ends after this request in any case. What it throws ends the connection and is logged.
  using Serve = std::function<bool(ConnectionStream& stream, bool last)>;

  Connections(Listener listener, ConnectionsOptions options, telemetry::Log& log);
  ~Connections();

  void start(Serve serve);
  /// Ends every connection, those in the middle of an answer too, and joins the threads.
  void stop();

  const Listener& listener() const { return listener_; }
  /// Requested when stop() is.
  std::stop_token stop_token() const { return stopping_.get_token(); }

 private:
  /// A connection and its place among those of its address.
  struct Connection {
    Socket socket;
    std::shared_ptr<void> place;
  };

  void accept_connections();
  void refuse(const Socket& socket, std::string_view status, std::string_view reason);
  void serve_connections();
  void serve(const Socket& socket);
  void serve_requests(ConnectionStream& stream);

  const ConnectionsOptions options_;
  telemetry::Log& log_;
  Listener listener_;
  Serve serve_;
  std::stop_source stopping_;
  PeerShares shares_;
  BoundedQueue<Connection> waiting_;
  std::mutex mutex_;
  std::set<int> open_;  // The connections that threads are at work on: stop() ends them.
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace kinesight::http
