// The whole of `kinesight infer`: publishers, cameras and the HTTP server, from the first to the last log
// line.
#pragma once

#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/cameras_file.h"
#include "config/environment.h"
#include "publish/publisher_kind.h"
#include "telemetry/telemetry.h"
#include "video/source_kind.h"
#include "vision/detector_kind.h"

namespace kinesight::infer {

/// The component kinds that a configuration may name.
struct Kinds {
  std::span<const video::SourceKind> sources;
  std::span<const vision::DetectorKind> detectors;
  std::span<const publish::PublisherKind> publishers;
};

/// How the service runs, beyond its configuration file.
struct ServiceSettings {
  std::string config_path;            ///< For the log.
  std::string http = "0.0.0.0:8080";  ///< HOST:PORT.
  std::string http_token;             ///< Empty: made and kept in the state directory when one is needed.
  std::optional<double> stop_after_seconds;  ///< Stop by itself after so long.
  bool stop_when_done = false;               ///< Stop by itself when every camera's source has ended.
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
