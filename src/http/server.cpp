#include "http/server.h"

#include <algorithm>
#include <charconv>

#include "http/access.h"
#include "http/api_routes.h"
#include "http/connections.h"
#include "http/protocol.h"
#include "http/router.h"
#include "http/tls.h"

namespace kinesight::http {

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

namespace {

/// Of a request with the longest body that any of these routes takes.
std::size_t request_bytes(const std::vector<ApiRoute>& routes) {
  std::size_t longest = 0;
  for (const auto& route : routes) longest = std::max(longest, route.max_body_bytes);
  // As much again: chunks have headers of their own, and what is refused is drained.
  return kMaxHeadBytes + 2 * longest;
}

}  // namespace

struct Server::Impl {
  Impl(const ServerOptions& options, ApiSources sources, telemetry::Log& log, Listener&& bound,
       std::shared_ptr<TlsIdentity> tls)
      : encrypted(tls != nullptr),
        connections(std::move(bound),
                    {.threads = options.threads,
                     .per_peer = options.per_peer,
                     .request_bytes = request_bytes(sources.routes),
                     .request_time = options.request_time,
                     .tls = std::move(tls),
                     .refused = sources.refused},
                    log),
        exposed(!connections.listener().loopback() || options.assume_exposed),
        access(exposed, options.token, encrypted),
        event_stream(sources.feed ? std::make_unique<EventStream>(*sources.feed, options.max_streams,
                                                                  options.heartbeat, connections.stop_token())
                                  : nullptr),
        routes(std::move(sources), access, event_stream.get()),
        router(routes.table(), access, log),
        protocol(router, connections.stop_token()) {}

  void start() {
    protocol.run(true);
    connections.start([this](auto& stream, bool last) { return protocol.serve(stream, last); });
  }
  void stop() {
    protocol.run(false);
    connections.stop();
  }

  const bool encrypted;
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
  std::shared_ptr<TlsIdentity> tls;
  if (!options.tls.certificate.empty()) {
    auto loaded = TlsIdentity::load(options.tls, log);
    if (!loaded) return std::unexpected(loaded.error());
    tls = std::move(*loaded);
  }
  auto listener = Listener::bind(options.host, options.port);
  if (!listener) return std::unexpected(listener.error());
  auto impl = std::make_unique<Impl>(options, std::move(sources), log, std::move(*listener), std::move(tls));
  impl->start();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::~Server() { impl_->stop(); }

int Server::port() const { return impl_->connections.listener().port(); }

std::string Server::url() const {
  return fmt::format("{}://{}:{}/", impl_->encrypted ? "https" : "http",
                     impl_->connections.listener().url_host(), port());
}

bool Server::exposed() const { return impl_->exposed; }

}  // namespace kinesight::http
