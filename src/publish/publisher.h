// Publisher: where events go. One interface for every sink.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/frame.h"
#include "base/result.h"
#include "event/envelope.h"
#include "publish/archive.h"
#include "publish/totals.h"
#include "telemetry/telemetry.h"
#include "vision/detector.h"

namespace kinesight::publish {

/// What one frame gave: its events and the picture that shows them. Shared by all sinks, changed by none.
struct Publication {
  std::vector<event::Envelope> events;  ///< Never empty; all of one camera and one frame.
  Frame frame;
  std::vector<vision::Detection> detections;  ///< All boxes of the frame, to be drawn on its snapshot.
  std::string snapshot_key;  ///< event::snapshot_key(), as the events' extras name it; empty: none is wanted.
};

/// What every publisher is handed when it is made.
struct PublisherContext {
  telemetry::Telemetry telemetry;
  std::filesystem::path state_directory;  ///< Where it may keep what must survive a restart.
  Clock* clock = &Clock::system();
};

/// One sink, or several behind one outbox. publish() may be called by any number of camera threads; the rest
/// by the owner.
class Publisher {
 public:
  virtual ~Publisher() = default;

  /// The name in configuration and in publisher_failures_total{sink}: "local"; "outbox" for what it fails to
  /// take.
  virtual std::string_view sink() const = 0;

  /// Whether it keeps pictures: when no publisher does, publications carry no snapshot_key.
  virtual bool saves_snapshots() const { return false; }

  /// Takes a publication, waiting while the sink's queue is full. What fails after it was taken is the
  /// publisher's to report (telemetry::PublishFailed). Error: cancelled when `stop` came first, or why it was
  /// not taken.
  virtual Result<> publish(std::shared_ptr<const Publication> publication, std::stop_token stop) = 0;

  /// Waits until all that was taken is in the sink. Error: unavailable when it is not within `patience`.
  virtual Result<> flush(Clock::Duration patience) = 0;

  /// The counts of its sink, or of each of its sinks.
  virtual std::vector<SinkTotals> totals() const = 0;

  /// What it can be read back through; null for a sink that only takes. Lives as long as the publisher.
  virtual const Archive* archive() const { return nullptr; }
};

}  // namespace kinesight::publish
