// The whole of `kinesight infer`: publishers, cameras and the HTTP server, from the first to the last log
// line.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/cameras_file.h"
#include "config/environment.h"
#include "infer/kinds.h"
#include "infer/reload.h"
#include "infer/shard.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// How the service runs, beyond its configuration file.
struct ServiceSettings {
  std::string config_path;            ///< The file; for the log, and to be loaded again.
  std::string http = "0.0.0.0:8080";  ///< HOST:PORT.
  std::string http_token;             ///< Empty: made and kept in the state directory when one is needed.
  std::optional<double> stop_after_seconds;  ///< Stop by itself after so long.
  bool stop_when_done = false;               ///< Stop by itself when every camera's source has ended.
  ParseCameras parse{};                      ///< Of the file's text, when it is loaded again.
  /// Whether it is to be loaded again, since it was last asked. Asked every 100 ms.
  std::function<bool()> reload_asked = [] { return false; };
  Shard shard{};  ///< Which of the file's cameras are this process's.
  config::Environment environment =
      config::no_environment();  ///< Where AWS settings and credentials are looked for.
};

/// Runs the service until `stop` (or what the settings say), then shuts it down: workers (within 5 s),
/// sources, publishers' last batches, final metrics. Errors when it cannot start: a publisher that cannot be
/// made, a port that is taken. When a worker does not stop in time, the process ends here, with exit code 1
/// and a log line.
Result<> run_service(const config::CamerasFile& file, const Kinds& kinds, const ServiceSettings& settings,
                     telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop);

}  // namespace kinesight::infer
