// Every metric of the product, declared once. Names, labels and buckets of the first group are the interface
// that dashboards and alerts out there rely on; later ones begin with kinesight_.
#pragma once

#include <array>

#include "telemetry/metrics.h"

namespace kinesight::telemetry {

inline constexpr std::array<std::string_view, 1> kByCamera = {"camera_id"};
inline constexpr std::array<std::string_view, 2> kByCameraAndType = {"camera_id", "type"};
inline constexpr std::array<std::string_view, 2> kByCameraAndReason = {"camera_id", "reason"};
inline constexpr std::array<std::string_view, 1> kBySink = {"sink"};
inline constexpr std::array<std::string_view, 1> kByKind = {"kind"};
inline constexpr std::array<double, 8> kLatencyBucketsMs = {10, 50, 100, 200, 500, 1000, 2000, 5000};

inline constexpr MetricSpec kInferFrames{"infer_frames_total", MetricType::counter, "Total frames processed",
                                         kByCamera};
inline constexpr MetricSpec kInferEvents{"infer_events_total", MetricType::counter, "Total detection events",
                                         kByCameraAndType};
inline constexpr MetricSpec kInferLatency{"infer_latency_ms", MetricType::histogram,
                                          "Inference latency in milliseconds", kByCamera, kLatencyBucketsMs};
inline constexpr MetricSpec kPublisherFailures{"publisher_failures_total", MetricType::counter,
                                               "Total publisher failures", kBySink};
inline constexpr MetricSpec kWorkerAlive{"worker_alive", MetricType::gauge, "Worker thread alive status",
                                         kByCamera};

inline constexpr MetricSpec kFramesDropped{"kinesight_frames_dropped_total", MetricType::counter,
                                           "Frames that were due and not processed, by reason",
                                           kByCameraAndReason};
inline constexpr MetricSpec kEventsSuppressed{"kinesight_events_suppressed_total", MetricType::counter,
                                              "Detections that raised no event of their own, by reason",
                                              kByCameraAndReason};
inline constexpr MetricSpec kCameraRecoveries{
    "kinesight_camera_recoveries_total", MetricType::counter,
    "Times a camera was started again after a failure, by what had failed", kByCameraAndReason};
inline constexpr MetricSpec kLastFrame{"kinesight_last_frame_timestamp_seconds", MetricType::gauge,
                                       "Capture time of the newest processed frame, Unix seconds", kByCamera};
inline constexpr MetricSpec kLocalDeleted{"kinesight_local_deleted_total", MetricType::counter,
                                          "Local events, snapshots and coverage spans deleted by retention",
                                          kByKind};

inline constexpr std::array<double, 12> kPublishBuckets = {0.05, 0.1, 0.25, 0.5, 1,   2.5,
                                                           5,    10,  30,   60,  300, 3600};
inline constexpr MetricSpec kPublished{"kinesight_published_total", MetricType::counter,
                                       "Events and pictures that a sink took", kBySink};
inline constexpr MetricSpec kPublishRetries{"kinesight_publish_retries_total", MetricType::counter,
                                            "Events and pictures that were sent again", kBySink};
inline constexpr MetricSpec kPublishUncertain{
    "kinesight_publish_uncertain_total", MetricType::counter,
    "Events and pictures sent again although the sink may have had them: its possible duplicates", kBySink};
inline constexpr MetricSpec kPublishLatency{"kinesight_publish_latency_seconds", MetricType::histogram,
                                            "From the outbox's taking an entry to the sink's", kBySink,
                                            kPublishBuckets};
inline constexpr MetricSpec kDeadLetters{"kinesight_dead_letters_total", MetricType::counter,
                                         "Entries that a sink refused for good", kBySink};
inline constexpr MetricSpec kOutboxDropped{
    "kinesight_outbox_dropped_total", MetricType::counter,
    "Entries that a full or damaged outbox lost before a sink had them", kBySink};
inline constexpr MetricSpec kOutboxEntries{"kinesight_outbox_entries", MetricType::gauge,
                                           "Entries that wait for a sink", kBySink};
inline constexpr MetricSpec kOutboxBytes{
    "kinesight_outbox_bytes", MetricType::gauge,
    "Bytes on disk from the oldest entry that waits for a sink to the newest", kBySink};
inline constexpr MetricSpec kOutboxOldest{"kinesight_outbox_oldest_seconds", MetricType::gauge,
                                          "How long the oldest entry has waited for a sink", kBySink};

inline constexpr std::array<std::string_view, 2> kByCameraAndFault = {"camera_id", "fault"};
inline constexpr std::array<std::string_view, 2> kByCameraAndResult = {"camera_id", "result"};

inline constexpr MetricSpec kKvsReconnects{"kvs_hls_reconnects_total", MetricType::counter,
                                           "Total reconnections", kByCamera};
inline constexpr MetricSpec kKvsFrames{"kvs_hls_frames_total", MetricType::counter, "Total frames read",
                                       kByCamera};
inline constexpr MetricSpec kKvsUrlRefreshes{"kvs_hls_url_refreshes_total", MetricType::counter,
                                             "Total URL refreshes", kByCamera};
inline constexpr MetricSpec kKvsReadErrors{"kvs_hls_read_errors_total", MetricType::counter,
                                           "Total read errors", kByCamera};
inline constexpr MetricSpec kKvsLastFrame{"kvs_hls_last_frame_timestamp", MetricType::gauge,
                                          "Capture time of the last frame, Unix seconds", kByCamera};
inline constexpr MetricSpec kKvsConnectionState{
    "kvs_hls_connection_state", MetricType::gauge,
    "0 disconnected, 1 connecting, 2 connected, 3 reconnecting, 4 error", kByCamera};
inline constexpr MetricSpec kKvsFaults{
    "kinesight_kvs_faults_total", MetricType::counter,
    "What went wrong between a Kinesis video stream and the reader, by fault", kByCameraAndFault};
inline constexpr MetricSpec kKvsFragments{
    "kinesight_kvs_fragments_total", MetricType::counter,
    "Fragments of Kinesis video streams: read, damaged, skipped or lost", kByCameraAndResult};
inline constexpr MetricSpec kUnwatched{"kinesight_unwatched_seconds_total", MetricType::counter,
                                       "Seconds of a camera's time that were not watched, by reason",
                                       kByCameraAndReason};
inline constexpr MetricSpec kBackfilled{"kinesight_backfilled_seconds_total", MetricType::counter,
                                        "Seconds of a camera's time that were missed and watched later",
                                        kByCamera};
inline constexpr MetricSpec kBackfillFailures{"kinesight_backfill_failures_total", MetricType::counter,
                                              "Times that watching later what was missed did not work",
                                              kByCamera};

/// All of the above: what Metrics registers and docs/reference/metrics.md lists.
inline constexpr std::array kAllMetrics = {
    &kInferFrames,   &kInferEvents,      &kInferLatency,     &kPublisherFailures, &kWorkerAlive,
    &kFramesDropped, &kEventsSuppressed, &kCameraRecoveries, &kLastFrame,         &kLocalDeleted,
    &kPublished,     &kPublishRetries,   &kPublishUncertain, &kPublishLatency,    &kDeadLetters,
    &kOutboxDropped, &kOutboxEntries,    &kOutboxBytes,      &kOutboxOldest,      &kKvsReconnects,
    &kKvsFrames,     &kKvsUrlRefreshes,  &kKvsReadErrors,    &kKvsLastFrame,      &kKvsConnectionState,
    &kKvsFaults,     &kKvsFragments,     &kUnwatched,        &kBackfilled,        &kBackfillFailures};

}  // namespace kinesight::telemetry
