#include "http/connections.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace kinesight::http {
namespace {

constexpr Clock::Duration kHurried = seconds_duration(1);
constexpr std::size_t kWaitingConnections = 64;
constexpr int kRequestsPerConnection = 1000;
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

Connections::Connections(Listener listener, ConnectionsOptions options, telemetry::Log& log)
    : options_(options),
      log_(log),
      listener_(std::move(listener)),
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
    // The queue closes what it refuses; until then the descriptor is good for a word of regret.
    const int descriptor = connection->descriptor();
    if (waiting_.size() == waiting_.capacity()) ::send(descriptor, kBusy.data(), kBusy.size(), MSG_NOSIGNAL);
    waiting_.push(std::move(*connection));
  }
}

void Connections::serve_connections() {
  while (auto connection = waiting_.pop()) {
    {
      std::lock_guard lock(mutex_);
      if (stopping_.stop_requested()) return;
      open_.insert(connection->descriptor());
    }
    try {
      serve(*connection);
    } catch (const std::exception& exception) {  // From a library, before a request reaches its handler.
      log_.error(fmt::format("a connection failed: {}", exception.what()));
    }
    std::lock_guard lock(mutex_);
    open_.erase(
        connection->descriptor());  // Before it is closed: the number may be another connection's at once.
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
