// The whole of `kinesight clips`: broker, store, streams, workers, scheduler and the HTTP server, from the
// first to the last log line.
#pragma once

#include <span>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/sandbox.h"
#include "clips/clips_file.h"
#include "config/environment.h"
#include "storage/store_kind.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// How the service runs, beyond its configuration file.
struct ServiceSettings {
  std::string config_path;            ///< For the log.
  std::string http = "0.0.0.0:7084";  ///< HOST:PORT.
  std::string http_token;             ///< Empty: made and kept in the state directory when one is needed.
  config::Environment environment;    ///< Where AWS settings and credentials are looked for.
};

/// Runs the service until `stop`, then shuts it down: no more tasks are taken, those in work have
/// `stop_seconds` to end, the others go back to their queue. `sandbox` has video::clip_jobs(). RabbitMQ and
/// Redis may be away, at the start too. Errors when it cannot start: settings of AWS, a store that cannot be
/// made, a state directory in use, a port that is taken; and unavailable when the sandbox is lost on the way,
/// which only a new start mends. When a worker does not stop in time, the process ends here, with exit code 1
/// and a log line.
Result<> run_service(const ClipsFile& file, const storage::StoreKind& store, const ServiceSettings& settings,
                     Sandbox& sandbox, telemetry::Telemetry telemetry, Clock& clock, std::stop_token stop);

}  // namespace kinesight::clips
