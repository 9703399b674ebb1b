// From a processed frame to its events, and from there to the publishers.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/frame.h"
#include "event/snapshot_key.h"
#include "infer/event_maker.h"
#include "infer/pipeline.h"
#include "publish/publisher.h"
#include "telemetry/telemetry.h"
#include "vision/detector.h"

namespace kinesight::infer {

/// A processed frame with what counts in it.
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
  using Extras = std::function<nlohmann::json(const Frame& frame)>;
  /// Publishes the events of `seen`, a frame with these `findings`; how many there are. What a publisher does
  /// not take is counted.
  std::uint64_t report(const AnnotatedFrame& seen, const Findings& findings, double latency_ms,
                       const Extras& extras, std::stop_token stop);
  /// Publishes what waits for a second of its own (EventMaker), with the last frame: nobody knows when the
  /// next one comes. How many events there are.
  std::uint64_t finish(const Extras& extras, std::stop_token stop);

 private:
  /// A frame that was reported while something waited.
  struct Last {
    AnnotatedFrame seen;
    double latency_ms = 0;
  };

  const EventRoute route_;
  const telemetry::Telemetry telemetry_;
  EventMaker events_;
  std::optional<Last> last_;

  std::uint64_t publish(const AnnotatedFrame& seen, std::vector<event::Envelope> events, double latency_ms,
                        const Extras& extras, std::stop_token stop);
  void count_suppressed(const Findings& findings) const;
  void count_same_second() const;
};

}  // namespace kinesight::infer
