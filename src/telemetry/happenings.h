// What happens in the product, a struct each: record() writes its log line and moves its metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

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
  double latency_ms = 0;     ///< From the frame in the worker's hand to its detections.
  double queue_wait_ms = 0;  ///< Of these: for the engine's turn.
  double inference_ms = 0;   ///< Of these: for the models' results.
  bool still = false;        ///< Nothing moved, the detectors were spared it.
  double capture_time = 0;   ///< Unix seconds.
  void record(const Telemetry&, Where) const;
};

/// Packets were left undecoded because nothing moved.
struct PacketsGated {
  std::string camera_id;
  std::uint64_t count = 0;
  void record(const Telemetry&, Where) const;
};

/// A frame raised events.
struct EventsRaised {
  std::string camera_id;
  std::map<std::string, int> by_type;
  double latency_ms = 0;
  void record(const Telemetry&, Where) const;
};

/// The publishers have what a live frame raised.
struct EventsTaken {
  std::string camera_id;
  double age_seconds = 0;  ///< Since the frame's capture, by the frame's own time.
  void record(const Telemetry&, Where) const;
};

/// A frame that was due was not processed. `reason`: "too_old", "engine_busy".
struct FrameDropped {
  std::string camera_id;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// A detection raised no event of its own. `reason`: "same_second", or the name of a vision::Verdict.
struct EventSuppressed {
  std::string camera_id;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// A camera takes a step of its overload ladder, or takes one back.
struct OverloadChanged {
  std::string camera_id;
  int rung = 0;                    ///< Steps that are taken now.
  std::vector<std::string> steps;  ///< Their names.
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

/// A sink takes what it is given again, after PublishFailed.
struct PublishRecovered {
  std::string sink;
  void record(const Telemetry&, Where) const;
};

/// The local store deleted what was too old or too much.
struct LocalDeleted {
  std::int64_t events = 0;
  std::int64_t snapshots = 0;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// Something begins to send entries to a sink.
struct SinkStarted {
  std::string sink;
  void record(const Telemetry&, Where) const;
};

/// A sink took a batch of entries, or parts of it, or nothing.
struct BatchSent {
  std::string sink;
  std::int64_t delivered = 0;
  std::int64_t unwanted = 0;                ///< Entries that its filters did not let through.
  std::int64_t retried = 0;                 ///< Entries that had been sent before.
  std::int64_t uncertain = 0;               ///< Of these: those that may have been in the sink already.
  std::vector<double> latencies_seconds{};  ///< Of the delivered, from accepted to delivered.
  void record(const Telemetry&, Where) const;
};

/// Entries for a sink do not get into it, after all quick tries; slow ones go on. Once, until SinkBack.
struct SinkAway {
  std::string sink;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// A round of tries of a sink that is away has failed. Not logged: SinkAway was.
struct SinkRoundFailed {
  std::string sink;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// A sink takes entries again after SinkAway.
struct SinkBack {
  std::string sink;
  double away_seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// A sink refused an entry for good: it is a dead letter.
struct EntryBuried {
  std::string sink;
  std::string camera_id;
  std::string name;  ///< event_id or object key.
  int tries = 0;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// Dead letters were taken in again.
struct DeadLettersReturned {
  std::string sink;
  std::int64_t count = 0;
  void record(const Telemetry&, Where) const;
};

/// The outbox lost entries before a sink had them.
struct OutboxDropped {
  std::string sink;
  std::string stream;  ///< "events", "snapshots".
  std::int64_t count = 0;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// What waits for a sink.
struct OutboxObserved {
  std::string sink;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  double oldest_seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// A part of the outbox itself does not work (its housekeeping, a cursor); it goes on without.
struct OutboxFailed {
  std::string what;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// The outbox works again after OutboxFailed.
struct OutboxRecovered {
  void record(const Telemetry&, Where) const;
};

/// An outbox found its logs as an earlier process left them.
struct OutboxOpened {
  std::string stream;
  std::uint64_t entries = 0;     ///< That its log holds.
  std::uint64_t torn_bytes = 0;  ///< Of a write that was never acknowledged, cut off.
  void record(const Telemetry&, Where) const;
};

/// A source of Kinesis video begins.
struct KvsSourceStarted {
  std::string camera_id;
  void record(const Telemetry&, Where) const;
};

/// Where a source stands with its stream: 0 disconnected … 4 error.
struct KvsStateChanged {
  std::string camera_id;
  int state = 0;
  std::string_view name;
  void record(const Telemetry&, Where) const;
};

/// Something went wrong between a stream and its reader.
struct KvsFault {
  std::string camera_id;
  std::string fault;  ///< "playlist_403", "stall", …
  std::string what;   ///< "HLSStreamError: …"
  bool read_error = true;
  void record(const Telemetry&, Where) const;
};

/// A connection was lost and is made anew.
struct KvsReconnecting {
  std::string camera_id;
  void record(const Telemetry&, Where) const;
};

/// A session was opened in place of one that was about to end, or had ended.
struct KvsUrlRefreshed {
  std::string camera_id;
  std::string reason;  ///< "expiry", "playlist_403", …
  void record(const Telemetry&, Where) const;
};

/// Fragments were dealt with.
struct KvsFragments {
  std::string camera_id;
  std::string result;  ///< "read", "damaged", "skipped", "lost".
  int count = 1;
  void record(const Telemetry&, Where) const;
};

/// A frame of a Kinesis video stream was handed out.
struct KvsFrameRead {
  std::string camera_id;
  double capture_time = 0;  ///< Unix seconds.
  void record(const Telemetry&, Where) const;
};

/// A span of a camera's time was not watched.
struct Unwatched {
  std::string camera_id;
  std::string reason;  ///< As video::Gap has it.
  double seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// Spans of the coverage record were deleted or dropped.
struct CoverageDeleted {
  std::int64_t spans = 0;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// The coverage record cannot be written.
struct CoverageFailed {
  Error error;
  void record(const Telemetry&, Where) const;
};

/// The coverage record can be written again after CoverageFailed.
struct CoverageRecovered {
  void record(const Telemetry&, Where) const;
};

/// Some of what a camera missed was watched later.
struct Backfilled {
  std::string camera_id;
  double seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// Watching later what a camera missed did not work.
struct BackfillFailed {
  std::string camera_id;
  Error error;
  void record(const Telemetry&, Where) const;
};

/// A connection to the message broker is about to be made, for the first time.
struct BrokerConnecting {
  std::string connection;  ///< "publisher", "consumer".
  void record(const Telemetry&, Where) const;
};

/// A connection to the message broker is there.
struct BrokerConnected {
  std::string connection;
  std::string broker;  ///< "RabbitMQ 3.10.8"
  std::string cluster;
  void record(const Telemetry&, Where) const;
};

/// A connection to the message broker was lost or could not be made; it is tried again after a pause.
struct BrokerLost {
  std::string connection;
  Error error;
  double retry_in_seconds = 0;
  void record(const Telemetry&, Where) const;
};

/// A connection to the message broker was closed because we end.
struct BrokerLeft {
  std::string connection;
  void record(const Telemetry&, Where) const;
};

/// The broker takes no messages for now.
struct BrokerBlocked {
  std::string connection;
  std::string reason;
  void record(const Telemetry&, Where) const;
};

/// The broker takes messages again.
struct BrokerUnblocked {
  std::string connection;
  void record(const Telemetry&, Where) const;
};

/// What became of a message for a queue.
struct BrokerPublished {
  std::string result;  ///< "confirmed", "returned", "refused", "unknown", "unsent".
  std::string queue;
  double seconds = 0;  ///< From the call to the broker's answer.
  void record(const Telemetry&, Where) const;
};

/// A queue handed a message out.
struct BrokerDelivered {
  bool redelivered = false;
  void record(const Telemetry&, Where) const;
};

}  // namespace kinesight::telemetry
