#include "http/server.h"

#include <httplib.h>
#include <sys/socket.h>

#include <charconv>
#include <mutex>
#include <set>
#include <stop_token>
#include <vector>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "http/access.h"
#include "http/api_routes.h"
#include "http/connection_stream.h"
#include "http/router.h"
#include "http/socket.h"

namespace kinesight::http {
namespace {

constexpr Clock::Duration kHurried = seconds_duration(1);
constexpr std::size_t kWaitingConnections = 64;
constexpr int kRequestsPerConnection = 1000;
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// cpp-httplib as a parser and writer of requests. Its own accept loop and threads stay unused: they bound
/// neither a request's bytes nor its time, and end an idle or live connection late.
class Protocol : public httplib::Server {
 public:
  explicit Protocol(const Router& router) {
    set_default_headers({
        {"Content-Security-Policy",
         "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action "
         "'self'; "
         "frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"X-Frame-Options", "DENY"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    });
    set_pre_routing_handler([&router](const httplib::Request& request, httplib::Response& response) {
      router.handle(request, response);
      return HandlerResponse::Handled;
    });
    // What never got as far as the router: a request that cannot be parsed.
    set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (response.body.empty()) answer_error(response, response.status, "the request cannot be read");
    });
  }

  /// While false, event streams end. (The base class asks its listening socket, which here is never a real
  /// one.)
  void run(bool running) { svr_sock_ = running ? 0 : INVALID_SOCKET; }

  /// Answers one request; false when the connection is of no more use.
  bool serve(httplib::Stream& stream, bool last) {
    bool close = false;
    bool whole = false;  // Read to its end: what a client sends after a broken request is no request.
    const bool served = process_request(stream, last, close, [&](httplib::Request& request) {
      whole = !has_body(request);
      // Neither is worth its cost here: compression of small answers at the highest level, and parts of
      // pictures.
      request.headers.erase("Accept-Encoding");
      request.headers.erase("Range");
      request.ranges.clear();
    });
    return served && whole && !last && !close;
  }
};

}  // namespace

Result<Endpoint> parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  Endpoint endpoint;
  if (colon != std::string::npos && colon > 0) {
    endpoint.host = text.substr(0, colon);
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    const bool port_good =
        error == std::errc{} && stopped == end && endpoint.port >= 0 && endpoint.port <= 65535;
    const bool bracketed = endpoint.host.starts_with('[') && endpoint.host.ends_with(']');
    if (bracketed) endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
    if (port_good && bracketed == (endpoint.host.find(':') != std::string::npos)) return endpoint;
  }
  return fail(ErrorKind::invalid, "expected HOST:PORT (0.0.0.0:8080, [::1]:8080), found '{}'", text);
}

struct Server::Impl {
  Impl(const ServerOptions& server_options, ApiSources sources, telemetry::Log& server_log, Listener&& bound)
      : options(server_options),
        log(server_log),
        listener(std::move(bound)),
        exposed(!listener.loopback() || options.assume_exposed),
        access(exposed, options.token),
        event_stream(sources.feed ? std::make_unique<EventStream>(*sources.feed, options.max_streams,
                                                                  options.heartbeat, stopping.get_token())
                                  : nullptr),
        routes(std::move(sources), access, event_stream.get()),
        router(routes.table(), access, log),
        protocol(router),
        waiting(kWaitingConnections, WhenFull::reject) {}

  void start();
  void stop();
  void accept_connections();
  void serve_connections();
  void serve(const Socket& socket);

  const ServerOptions options;
  telemetry::Log& log;
  Listener listener;
  const bool exposed;
  const Access access;
  std::stop_source stopping;
  std::unique_ptr<EventStream> event_stream;
  ApiRoutes routes;
  const Router router;
  Protocol protocol;
  BoundedQueue<Socket> waiting;
  std::mutex mutex;
  std::set<int> open;  // The connections that threads are at work on: stop() ends them.
  std::vector<std::unique_ptr<Worker>> workers;
};

void Server::Impl::start() {
  protocol.run(true);
  for (std::size_t i = 0; i < options.threads; ++i) {
    workers.push_back(
        std::make_unique<Worker>(fmt::format("http-{}", i), [this](auto) { serve_connections(); }));
  }
  workers.push_back(std::make_unique<Worker>("http-accept", [this](auto) { accept_connections(); }));
}

void Server::Impl::stop() {
  stopping.request_stop();
  protocol.run(false);
  listener.shut_down();
  waiting.close();
  {
    std::lock_guard lock(mutex);
    for (const int descriptor : open) ::shutdown(descriptor, SHUT_RDWR);
  }
  workers.clear();  // Joins them.
}

void Server::Impl::accept_connections() {
  while (auto connection = listener.accept()) {
    // The queue closes what it refuses; until then the descriptor is good for a word of regret.
    const int descriptor = connection->descriptor();
    if (waiting.size() == waiting.capacity()) ::send(descriptor, kBusy.data(), kBusy.size(), MSG_NOSIGNAL);
    waiting.push(std::move(*connection));
  }
}

void Server::Impl::serve_connections() {
  while (auto connection = waiting.pop()) {
    {
      std::lock_guard lock(mutex);
      if (stopping.stop_requested()) return;
      open.insert(connection->descriptor());
    }
    try {
      serve(*connection);
    } catch (const std::exception& exception) {  // From the library, before a request reaches the router.
      log.error(fmt::format("a connection failed: {}", exception.what()));
    }
    std::lock_guard lock(mutex);
    open.erase(
        connection->descriptor());  // Before it is closed: the number may be another connection's at once.
  }
}

void Server::Impl::serve(const Socket& socket) {
  ConnectionStream stream(socket.descriptor(), {.patience = options.request_time,
                                                .hurried = std::min(kHurried, options.request_time),
                                                .hurry = [this] { return waiting.size() > 0; }});
  for (int request = 1; request <= kRequestsPerConnection && !stopping.stop_requested(); ++request) {
    if (!stream.await_request(request == 1)) return;
    if (!protocol.serve(stream, request == kRequestsPerConnection)) return;
  }
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, ApiSources sources,
                                              telemetry::Log& log) {
  auto listener = Listener::bind(options.host, options.port);
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_unique<Impl>(options, std::move(sources), log, std::move(*listener));
  impl->start();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() { impl_->stop(); }

int Server::port() const { return impl_->listener.port(); }

std::string Server::url() const { return fmt::format("http://{}:{}/", impl_->listener.url_host(), port()); }

bool Server::exposed() const { return impl_->exposed; }

}  // namespace kinesight::http
