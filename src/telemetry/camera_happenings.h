// What happens to the cameras of a running service and to its configuration; as happenings.h has it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "telemetry/telemetry.h"

namespace kinesight::telemetry {

using Where = std::source_location;

/// A camera on the health board.
inline std::string camera_part(const std::string& camera_id) { return "camera " + camera_id; }

/// A camera's thread is started anew. `reason`: "died", "stalled", "runaway".
struct WorkerRestarts {
  std::string camera_id;
  std::string reason;
  std::string what;  ///< For people.
  void record(const Telemetry&, Where) const;
};

/// A camera's thread does not end although it was asked to: nobody watches the camera.
struct WorkerStuck {
  std::string camera_id;
  std::string what;  ///< For people.
  void record(const Telemetry&, Where) const;
};

/// Nobody watches with a camera's worker any more because it was taken away, or another took its place.
struct CameraLeft {
  std::string camera_id;
  bool for_good = false;  ///< No other took its place: its metrics end.
  void record(const Telemetry&, Where) const;
};

/// A changed configuration file is in force.
struct ConfigReloaded {
  std::vector<std::string> added, removed, restarted;  ///< Cameras.
  std::size_t unchanged = 0;
  std::vector<std::string> stuck;  ///< Cameras whose threads have not ended.
  void record(const Telemetry&, Where) const;
};

/// A configuration file was not taken: what was in force goes on.
struct ReloadRefused {
  std::vector<std::string> problems;
  void record(const Telemetry&, Where) const;
};

/// A camera has sent the same picture for so long, or (0) sends others again.
struct PictureFroze {
  std::string camera_id;
  double seconds = 0;
  void record(const Telemetry&, Where) const;
};

}  // namespace kinesight::telemetry
