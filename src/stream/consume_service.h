// The whole of `kinesight consume`: the stream, the tables, the state and the HTTP server, from the first to
// the last log line.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/environment.h"
#include "stream/stream_file.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// How the consumer runs, beyond its configuration file.
struct ConsumeSettings {
  std::string config_path;            ///< For the log; empty: none.
  std::string http = "0.0.0.0:7085";  ///< HOST:PORT.
  std::string http_token;             ///< Empty: made and kept in the state directory when one is needed.
  bool local = false;                 ///< Tables in SQLite, in the state directory.
  std::optional<double> duration_seconds{};  ///< Ends gracefully after so long.
  /// Reads the simulated feed, in a stream of this process, instead of Kinesis.
  bool simulate = false;
  config::Environment environment;  ///< Where AWS settings and credentials are looked for.
};

/// Consumes until `stop`, or for duration_seconds. What fails on the way and may pass is waited out, from the
/// last checkpoint on. Errors: settings of AWS, a stream or table that is not there or not allowed, a state
/// directory that is in use or is another stream's, a checkpoint that is asked for and is not there, a port
/// that is taken.
Result<> run_consumer(const StreamFile& file, const ConsumeSettings& settings, telemetry::Telemetry telemetry,
                      Clock& clock, std::stop_token stop);

}  // namespace kinesight::stream
