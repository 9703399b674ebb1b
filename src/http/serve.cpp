#include "http/serve.h"

#include <fmt/format.h>

#include "http/token.h"
#include "telemetry/catalog.h"

namespace kinesight::http {

ApiSources sources_of(std::string service, telemetry::Telemetry telemetry) {
  ApiSources sources;
  sources.service = std::move(service);
  sources.dashboard = false;
  sources.health = [telemetry] { return HealthReport{telemetry.health.state(), telemetry.health.reasons()}; };
  sources.metrics_text = [telemetry] { return telemetry.metrics.text(); };
  return sources;
}

Result<std::unique_ptr<Server>> serve(const Listening& listening, ApiSources sources,
                                      telemetry::Telemetry telemetry) {
  telemetry::Log& log = telemetry.log;
  const auto endpoint = parse_endpoint(listening.address);
  if (!endpoint) return std::unexpected(endpoint.error());
  ServerOptions options{.host = endpoint->host,
                        .port = endpoint->port,
                        .token = listening.token,
                        .tls = {listening.options.tls_cert, listening.options.tls_key}};
  std::string token_path;
  if (options.token.empty()) {
    const auto token = load_or_create_token(listening.state_directory);
    if (!token) return std::unexpected(token.error());
    options.token = token->value;
    token_path = token->path.string();
  }
  for (const auto* reason : {"address", "busy"}) {
    telemetry.metrics.add(telemetry::kConnectionsRefused, {reason}, 0);
  }
  sources.refused = [&metrics = telemetry.metrics](std::string_view reason) {
    metrics.add(telemetry::kConnectionsRefused, {reason});
  };
  auto server = Server::start(options, std::move(sources), log);
  if (!server) return server;
  log.info(fmt::format("HTTP server listens: {}", (*server)->url()));
  if ((*server)->exposed() && !token_path.empty()) {
    log.info("Pictures and the API need the bearer token that lies in " + token_path);
  }
  return server;
}

}  // namespace kinesight::http
