#include "http/connections.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace kinesight::http {
namespace {

constexpr Clock::Duration kHurried = seconds_duration(1);
constexpr std::size_t kWaitingConnections = 64;
constexpr int kRequestsPerConnection = 1000;
}  // namespace

Connections::Connections(Listener listener, ConnectionsOptions options, telemetry::Log& log)
    : options_(options),
      log_(log),
      listener_(std::move(listener)),
      shares_(options_.per_peer),
      waiting_(kWaitingConnections, WhenFull::reject) {}

Connections::~Connections() { stop(); }

void Connections::start(Serve serve) {
  serve_ = std::move(serve);
  for (std::size_t i = 0; i < options_.threads; ++i) {
    workers_.push_back(
        std::make_unique<Worker>(fmt::format("http-{}", i), [this](auto) { serve_connections(); }));
  }
  workers_.push_back(std::make_unique<Worker>("http-accept", [this](auto) { accept_connections(); }));
}

void Connections::stop() {
  stopping_.request_stop();
  listener_.shut_down();
  waiting_.close();
  {
    std::lock_guard lock(mutex_);
    for (const int descriptor : open_) ::shutdown(descriptor, SHUT_RDWR);
  }
  workers_.clear();  // Joins them.
}

void Connections::accept_connections() {
  while (auto connection = listener_.accept()) {
    auto place = shares_.take(connection->descriptor());
    if (!place) {
      refuse(*connection, "429 Too Many Requests", "address");
    } else if (waiting_.size() == waiting_.capacity()) {
      refuse(*connection, "503 Service Unavailable", "busy");
    } else {
      waiting_.push({std::move(*connection), std::move(place)});
    }
  }
}

/// A word of regret; under TLS it could not be said without a handshake, which is work.
void Connections::refuse(const Socket& socket, std::string_view status, std::string_view reason) {
  log_.debug(fmt::format("a connection is refused: {}", status));
  if (options_.refused) options_.refused(reason);
  if (options_.tls) return;
  const std::string answer =
      fmt::format("HTTP/1.1 {}\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status);
  ::send(socket.descriptor(), answer.data(), answer.size(), MSG_NOSIGNAL);
}

void Connections::serve_connections() {
  while (auto connection = waiting_.pop()) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_.stop_requested()) return;
      open_.insert(connection->socket.descriptor());
    }
    try {
      serve(connection->socket);
    } catch (const std::exception& exception) {  // From a library, before a request reaches its handler.
      log_.error(fmt::format("a connection failed: {}", exception.what()));
    }
    std::lock_guard lock(mutex_);
    open_.erase(connection->socket
                    .descriptor());  // Before it is closed: the number may be another connection's at once.
  }
}

void Connections::serve(const Socket& socket) {
  const int descriptor = socket.descriptor();
  const auto channel =
      options_.tls ? tls_channel(descriptor, options_.tls->current()) : plain_channel(descriptor);
  ConnectionStream stream(descriptor, *channel,
                          {.request_bytes = options_.request_bytes,
                           .patience = options_.request_time,
                           .hurried = std::min(kHurried, options_.request_time),
                           .hurry = [this] { return waiting_.size() > 0; }});
  if (!stream.open()) return;
  serve_requests(stream);
  channel->end();
}

void Connections::serve_requests(ConnectionStream& stream) {
  for (int request = 1; request <= kRequestsPerConnection && !stopping_.stop_requested(); ++request) {
    if (!stream.await_request(request == 1)) return;
    if (!serve_(stream, request == kRequestsPerConnection)) return;
  }
}

}  // namespace kinesight::http
