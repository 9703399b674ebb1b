// The HTTP server as a service starts it: from --http, with a token where others can reach it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/http_options.h"
#include "http/server.h"
#include "telemetry/telemetry.h"

namespace kinesight::http {

/// What a service is told of its server.
struct Listening {
  std::string address;  ///< HOST:PORT, as --http says.
  std::string token;    ///< Empty: one is made and kept in the state directory.
  std::filesystem::path state_directory;
  config::HttpOptions options{};
};

/// What a service without pictures or a page serves: how it is, and its metrics.
ApiSources sources_of(std::string service, telemetry::Telemetry telemetry);

/// Starts the server, logs where it listens (beyond loopback also where the token lies, not what it is), and
/// counts whom it turns away. Errors: those of parse_endpoint(), load_or_create_token() and Server::start().
Result<std::unique_ptr<Server>> serve(const Listening& listening, ApiSources sources,
                                      telemetry::Telemetry telemetry);

}  // namespace kinesight::http
