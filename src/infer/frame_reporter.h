// From a processed frame to its events, and from there to the publishers.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string>
#include <vector>

#include "base/frame.h"
#include "event/snapshot_key.h"
#include "infer/event_maker.h"
#include "publish/publisher.h"
#include "telemetry/telemetry.h"
#include "vision/detector.h"

namespace kinesight::infer {

/// A processed frame with what was found in it.
struct AnnotatedFrame {
  Frame frame;
  std::vector<vision::Detection> detections;
};

/// Where the events of a camera go.
struct EventRoute {
  std::string camera_id;
  std::vector<publish::Publisher*> publishers;          ///< Outlive whoever publishes to them.
  std::string snapshot_prefix{event::kSnapshotPrefix};  ///< What the keys of its pictures begin with.
};

/// Publishes what the frames of one camera show. Frames come in order of capture; used by one thread.
class FrameReporter {
 public:
  FrameReporter(EventRoute route, telemetry::Telemetry telemetry);

  /// What more the events of a frame say: an object, or null. Asked only when it raised some.
  using Extras = std::function<nlohmann::json()>;
  /// Publishes the events of `seen`; how many there are. What a publisher does not take is counted.
  std::uint64_t report(const AnnotatedFrame& seen, double latency_ms, const Extras& extras,
                       std::stop_token stop);

 private:
  const EventRoute route_;
  const telemetry::Telemetry telemetry_;
  const bool snapshots_;  ///< Whether any publisher keeps pictures.
  EventMaker events_;
};

}  // namespace kinesight::infer
