// What happens in the product, a struct each: record() writes its log line and moves its metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "telemetry/telemetry.h"

namespace kinesight::telemetry {

using Where = std::source_location;

/// A camera's thread runs.
struct WorkerStarted {
  std::string camera_id;
  void record(const Telemetry&, Where) const;
};

/// A camera's thread has ended; on its own (`reason`) or because it was asked to.
struct WorkerStopped {
  std::string camera_id;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// A frame went through every detector of its camera.
struct FrameProcessed {
  std::string camera_id;
  double latency_ms = 0;    ///< From the frame in the worker's hand to its detections.
  double capture_time = 0;  ///< Unix seconds.
  void record(const Telemetry&, Where) const;
};

/// A frame raised events.
struct EventsRaised {
  std::string camera_id;
  std::map<std::string, int> by_type;
  double latency_ms = 0;
  void record(const Telemetry&, Where) const;
};

/// A frame that was due was not processed. `reason`: "too_old", "engine_busy".
struct FrameDropped {
  std::string camera_id;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// A detection raised no event of its own. `reason`: "same_second".
struct EventSuppressed {
  std::string camera_id;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// A part of a camera failed; it is tried again after a pause.
struct CameraFailed {
  std::string camera_id;
  std::string part;  ///< "source", "detector", "worker".
  Error error;
  double retry_in_seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// A camera works again after CameraFailed.
struct CameraRecovered {
  std::string camera_id;
  void record(const Telemetry&, Where) const;
};

/// A source that ends (a file that is not looped) has ended.
struct SourceEnded {
  std::string camera_id;
  std::uint64_t frames = 0;
  void record(const Telemetry&, Where) const;
};

/// A sink did not take what it was given: `count` events or pictures are not in it.
struct PublishFailed {
  std::string sink;
  std::string camera_id;
  std::int64_t count = 0;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// The local store deleted what was too old or too much.
struct LocalDeleted {
  std::int64_t events = 0;
  std::int64_t snapshots = 0;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

}  // namespace kinesight::telemetry
