#include "http/server.h"

#include <httplib.h>

#include <charconv>

#include "http/access.h"
#include "http/api_routes.h"
#include "http/connections.h"
#include "http/router.h"

namespace kinesight::http {
namespace {

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
  Impl(const ServerOptions& options, ApiSources sources, telemetry::Log& log, Listener&& bound)
      : connections(std::move(bound), {.threads = options.threads, .request_time = options.request_time},
                    log),
        exposed(!connections.listener().loopback() || options.assume_exposed),
        access(exposed, options.token),
        event_stream(sources.feed ? std::make_unique<EventStream>(*sources.feed, options.max_streams,
                                                                  options.heartbeat, connections.stop_token())
                                  : nullptr),
        routes(std::move(sources), access, event_stream.get()),
        router(routes.table(), access, log),
        protocol(router) {}

  void start() {
    protocol.run(true);
    connections.start([this](auto& stream, bool last) { return protocol.serve(stream, last); });
  }
  void stop() {
    protocol.run(false);
    connections.stop();
  }

  Connections connections;
  const bool exposed;
  const Access access;
  std::unique_ptr<EventStream> event_stream;
  ApiRoutes routes;
  const Router router;
  Protocol protocol;
};

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

int Server::port() const { return impl_->connections.listener().port(); }

std::string Server::url() const {
  return fmt::format("http://{}:{}/", impl_->connections.listener().url_host(), port());
}

bool Server::exposed() const { return impl_->exposed; }

}  // namespace kinesight::http
