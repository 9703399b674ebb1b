// Every metric of the product, declared once. Names, labels and buckets of the first group are the interface
// that dashboards and alerts out there rely on; later ones begin with kinesight_.
#pragma once

#include <algorithm>
#include <array>

#include "telemetry/metrics.h"

namespace kinesight::telemetry {

inline constexpr std::array<std::string_view, 1> kByCamera = {"camera_id"};
inline constexpr std::array<std::string_view, 2> kByCameraAndType = {"camera_id", "type"};
inline constexpr std::array<std::string_view, 2> kByCameraAndReason = {"camera_id", "reason"};
inline constexpr std::array<std::string_view, 2> kByCameraAndState = {"camera_id", "state"};
inline constexpr std::array<std::string_view, 1> kBySink = {"sink"};
inline constexpr std::array<std::string_view, 1> kByKind = {"kind"};
inline constexpr std::array<std::string_view, 1> kByResult = {"result"};
inline constexpr std::array<std::string_view, 1> kByReason = {"reason"};
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
inline constexpr std::array<double, 11> kEngineBucketsMs = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};
inline constexpr MetricSpec kQueueWait{"kinesight_queue_wait_ms", MetricType::histogram,
                                       "Waiting of a frame for the engine's turn, milliseconds", kByCamera,
                                       kEngineBucketsMs};
inline constexpr MetricSpec kModelTime{"kinesight_model_ms", MetricType::histogram,
                                       "Computing of a frame by the models, milliseconds", kByCamera,
                                       kEngineBucketsMs};
inline constexpr MetricSpec kModelsAwaited{"kinesight_inferences_waiting", MetricType::gauge,
                                           "Inferences that wait for the engine's turn",
                                           std::span<const std::string_view>{}};
inline constexpr std::array<double, 11> kEventAgeBuckets = {0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300};
inline constexpr MetricSpec kEventAge{
    "kinesight_capture_to_event_seconds", MetricType::histogram,
    "From a live frame's capture, by its own time, until the publishers (the outbox) have its events",
    kByCamera, kEventAgeBuckets};
inline constexpr MetricSpec kStillFrames{"kinesight_still_frames_total", MetricType::counter,
                                         "Processed frames that the motion gate spared the detectors",
                                         kByCamera};
inline constexpr MetricSpec kGatedPackets{
    "kinesight_gated_packets_total", MetricType::counter,
    "Video packets that the bitstream gate left undecoded because nothing moved", kByCamera};
inline constexpr MetricSpec kOverloadRung{"kinesight_overload_rung", MetricType::gauge,
                                          "Steps of its overload ladder that a camera has taken", kByCamera};
inline constexpr MetricSpec kWorkerRestarts{
    "kinesight_worker_restarts_total", MetricType::counter,
    "Times a camera's thread was started anew, by reason: died, stalled, runaway", kByCameraAndReason};
inline constexpr MetricSpec kConfigReloads{
    "kinesight_config_reloads_total", MetricType::counter,
    "Times the configuration file was loaded again, by result: applied, refused", kByResult};
inline constexpr MetricSpec kConfigCurrent{"kinesight_config_current", MetricType::gauge,
                                           "Whether the file that was loaded last is the one in force",
                                           std::span<const std::string_view>{}};
inline constexpr MetricSpec kPictureFrozen{"kinesight_picture_frozen", MetricType::gauge,
                                           "Whether a camera has sent the same picture for frozen_seconds",
                                           kByCamera};
inline constexpr MetricSpec kCameraState{"kinesight_camera_state", MetricType::gauge,
                                         "1 for the state that a camera is in, 0 for the others",
                                         kByCameraAndState};
inline constexpr MetricSpec kLastFrame{"kinesight_last_frame_timestamp_seconds", MetricType::gauge,
                                       "Capture time of the newest processed frame, Unix seconds", kByCamera};
inline constexpr MetricSpec kLocalDeleted{"kinesight_local_deleted_total", MetricType::counter,
                                          "Local events, snapshots and coverage spans deleted by retention",
                                          kByKind};

inline constexpr std::array<double, 12> kPublishBuckets = {0.05, 0.1, 0.25, 0.5, 1,   2.5,
                                                           5,    10,  30,   60,  300, 3600};
inline constexpr MetricSpec kPublished{"kinesight_published_total", MetricType::counter,
                                       "Events and pictures that a sink took", kBySink};
inline constexpr MetricSpec kPublishUnwanted{"kinesight_publish_unwanted_total", MetricType::counter,
                                             "Events that a sink's filters did not let through", kBySink};
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

inline constexpr std::array<std::string_view, 1> kByConnection = {"connection"};
inline constexpr std::array<std::string_view, 2> kByQueueAndResult = {"queue", "result"};
inline constexpr std::array<double, 11> kConfirmBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                           0.1,   0.25,   0.5,   1,    5};
inline constexpr MetricSpec kRabbitMqConnected{"kinesight_rabbitmq_connected", MetricType::gauge,
                                               "1 while the connection to RabbitMQ is there", kByConnection};
inline constexpr MetricSpec kRabbitMqLosses{
    "kinesight_rabbitmq_losses_total", MetricType::counter,
    "Times that a connection to RabbitMQ was lost or could not be made", kByConnection};
inline constexpr MetricSpec kRabbitMqBlocked{
    "kinesight_rabbitmq_blocked", MetricType::gauge,
    "1 while RabbitMQ takes no messages (an alarm of its memory or disk)", kByConnection};
inline constexpr MetricSpec kRabbitMqPublished{
    "kinesight_rabbitmq_published_total", MetricType::counter,
    "Messages for a queue: confirmed, returned (no such queue), refused, unknown (sent, no answer), unsent",
    kByQueueAndResult};
inline constexpr MetricSpec kRabbitMqConfirmTime{"kinesight_rabbitmq_confirm_seconds", MetricType::histogram,
                                                 "From the wish to publish to RabbitMQ's confirm",
                                                 kByConnection, kConfirmBuckets};
inline constexpr MetricSpec kRabbitMqDelivered{"kinesight_rabbitmq_delivered_total", MetricType::counter,
                                               "Messages that a queue handed out to us", kByConnection};
inline constexpr MetricSpec kRabbitMqRedelivered{"kinesight_rabbitmq_redelivered_total", MetricType::counter,
                                                 "Of these: messages that somebody had been handed before",
                                                 kByConnection};

inline constexpr std::array<std::string_view, 1> kByCall = {"call"};
inline constexpr MetricSpec kCacheFailures{"kinesight_cache_failures_total", MetricType::counter,
                                           "Calls to Redis that did not work: the way without was taken",
                                           kByCall};
inline constexpr MetricSpec kCamerasDiscovered{"kinesight_cameras_discovered", MetricType::gauge,
                                               "Active streams when they were last asked for",
                                               std::span<const std::string_view>{}};

inline constexpr std::array<std::string_view, 1> kByStep = {"step"};
inline constexpr MetricSpec kClipRetries{"kinesight_clip_retries_total", MetricType::counter,
                                         "Steps of clip tasks that were tried again", kByStep};
inline constexpr MetricSpec kThumbnailFailures{"kinesight_clip_thumbnail_failures_total", MetricType::counter,
                                               "Clips that were stored without a thumbnail",
                                               std::span<const std::string_view>{}};

inline constexpr std::array<double, 12> kClipStepBuckets = {0.01, 0.05, 0.1, 0.25, 0.5, 1,
                                                            2.5,  5,    10,  30,   60,  300};
inline constexpr MetricSpec kClipTasks{
    "kinesight_clip_tasks_total", MetricType::counter,
    "Clip tasks: done, repeated (the next stage knew), dropped (stream not active), failed", kByResult};
inline constexpr MetricSpec kClipStepTime{"kinesight_clip_step_seconds", MetricType::histogram,
                                          "What the steps of clip tasks take", kByStep, kClipStepBuckets};
inline constexpr MetricSpec kClipDeadLetters{"kinesight_clip_dead_letters_total", MetricType::counter,
                                             "Clip tasks that went among the dead letters", kByReason};

inline constexpr MetricSpec kClipsScheduled{"kinesight_clips_scheduled_total", MetricType::counter,
                                            "Tasks that the scheduler put into the queue", kByCamera};
inline constexpr MetricSpec kClipsSkipped{"kinesight_clips_skipped_total", MetricType::counter,
                                          "Clips that the scheduler left out because they were too long ago",
                                          kByCamera};
inline constexpr MetricSpec kScheduleFailures{"kinesight_schedule_failures_total", MetricType::counter,
                                              "Times that the scheduler could not do its work",
                                              std::span<const std::string_view>{}};

inline constexpr std::array<double, 12> kStreamLatencyBuckets = {0.05, 0.1, 0.25, 0.5, 1,   2,
                                                                 5,    10,  30,   60,  120, 600};
inline constexpr MetricSpec kStreamRecords{
    "kinesight_stream_records_total", MetricType::counter,
    "Records of the stream: counted, late (kept aside), duplicate (skipped), dead (among the dead letters)",
    kByResult};
inline constexpr MetricSpec kStreamLatency{
    "kinesight_stream_latency_seconds", MetricType::histogram,
    "From a record's ingestion_timestamp, of the producer, to its write into the table of the newest",
    std::span<const std::string_view>{}, kStreamLatencyBuckets};
inline constexpr MetricSpec kStreamWindows{"kinesight_stream_windows_total", MetricType::counter,
                                           "Windows' results that were kept",
                                           std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamReadFailures{"kinesight_stream_read_failures_total", MetricType::counter,
                                                "Calls to Kinesis that failed and were made again", kByCall};
inline constexpr MetricSpec kStreamTrimmed{
    "kinesight_stream_trimmed_total", MetricType::counter,
    "Times that retention took records, or whole shards, that had not been read: they are lost",
    std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamRestarts{
    "kinesight_stream_restarts_total", MetricType::counter,
    "Times that the consumer began again from its checkpoint after a failure",
    std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamShards{"kinesight_stream_shards", MetricType::gauge,
                                          "Shards that are being read", std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamOpenKeys{"kinesight_stream_open_keys", MetricType::gauge,
                                            "Keys in open windows", std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamBehind{"kinesight_stream_behind_seconds", MetricType::gauge,
                                          "How far the slowest shard is behind its tip",
                                          std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamWatermark{
    "kinesight_stream_watermark_timestamp_seconds", MetricType::gauge,
    "Up to when windows have ended, by event time, Unix seconds", std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamKept{"kinesight_stream_kept_timestamp_seconds", MetricType::gauge,
                                        "When the last checkpoint was kept, Unix seconds",
                                        std::span<const std::string_view>{}};

inline constexpr MetricSpec kStreamKeyLimit{"kinesight_stream_open_keys_limit", MetricType::gauge,
                                            "Keys that may be in open windows at once",
                                            std::span<const std::string_view>{}};
inline constexpr MetricSpec kStreamKeysRefused{
    "kinesight_stream_keys_refused_total", MetricType::counter,
    "Records that became dead letters because their key would have been one too many in open windows",
    std::span<const std::string_view>{}};

inline constexpr std::array<std::string_view, 1> kByTable = {"table"};
inline constexpr std::array<std::string_view, 2> kByTableAndReason = {"table", "reason"};
inline constexpr MetricSpec kTableItems{"kinesight_stream_table_items_total", MetricType::counter,
                                        "Items that are in a table of the stream", kByTable};
inline constexpr MetricSpec kTableRetries{
    "kinesight_stream_table_retries_total", MetricType::counter,
    "Writes that a table did not take, or not whole, and that were tried again", kByTableAndReason};

inline constexpr MetricSpec kProduceRead{
    "kinesight_produce_read_total", MetricType::counter,
    "Records that were read; with a spool: and that are on its disk, or refused",
    std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceRecords{
    "kinesight_produce_records_total", MetricType::counter,
    "What became of records: sent (Kinesis has them), refused (they cannot be sent), given_up", kByResult};
inline constexpr MetricSpec kProduceBytes{"kinesight_produce_bytes_total", MetricType::counter,
                                          "Bytes of records and keys that Kinesis has",
                                          std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceRequests{"kinesight_produce_requests_total", MetricType::counter,
                                             "Requests to Kinesis", std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceRetried{"kinesight_produce_retried_total", MetricType::counter,
                                            "Records in a request again, once for each time",
                                            std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceThrottled{"kinesight_produce_throttled_total", MetricType::counter,
                                              "Answers that said that a shard, or the stream, is full",
                                              std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceUncertain{
    "kinesight_produce_uncertain_total", MetricType::counter,
    "Records that were sent again although they may be in the stream", std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceFailures{"kinesight_produce_failures_total", MetricType::counter,
                                             "Requests of which nothing was taken, by what failed",
                                             kByReason};
inline constexpr MetricSpec kProduceInFlight{"kinesight_produce_in_flight", MetricType::gauge,
                                             "Requests that wait for their answer",
                                             std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceWaiting{"kinesight_produce_waiting", MetricType::gauge,
                                            "Records that were read and are not sent yet",
                                            std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceSpoolBytes{"kinesight_produce_spool_bytes", MetricType::gauge,
                                               "Bytes on disk of records that wait in the spool",
                                               std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceSpoolLimit{"kinesight_produce_spool_limit_bytes", MetricType::gauge,
                                               "Bytes that the spool may take",
                                               std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceSpoolOldest{"kinesight_produce_spool_oldest_seconds", MetricType::gauge,
                                                "For how long the oldest record has waited in the spool",
                                                std::span<const std::string_view>{}};
inline constexpr MetricSpec kProduceSpoolLost{"kinesight_produce_spool_lost_total", MetricType::counter,
                                              "Records that damage to the spool's files took",
                                              std::span<const std::string_view>{}};

inline constexpr MetricSpec kConnectionsRefused{
    "kinesight_http_connections_refused_total", MetricType::counter,
    "Connections to the HTTP server that were turned away, by reason: address (it has its share), busy",
    kByReason};

/// Those of `kinesight infer` and `kinesight watch`.
inline constexpr std::array kInferMetrics = {
    &kInferFrames,        &kInferEvents,        &kInferLatency,     &kPublisherFailures, &kWorkerAlive,
    &kQueueWait,          &kModelTime,          &kStillFrames,      &kGatedPackets,      &kOverloadRung,
    &kFramesDropped,      &kPublishUnwanted,    &kEventsSuppressed, &kCameraRecoveries,  &kLastFrame,
    &kLocalDeleted,       &kPublished,          &kPublishRetries,   &kPublishUncertain,  &kPublishLatency,
    &kDeadLetters,        &kOutboxDropped,      &kOutboxEntries,    &kOutboxBytes,       &kOutboxOldest,
    &kKvsReconnects,      &kKvsFrames,          &kKvsUrlRefreshes,  &kKvsReadErrors,     &kKvsLastFrame,
    &kKvsConnectionState, &kKvsFaults,          &kKvsFragments,     &kUnwatched,         &kBackfilled,
    &kBackfillFailures,   &kWorkerRestarts,     &kPictureFrozen,    &kConfigReloads,     &kConfigCurrent,
    &kCameraState,        &kConnectionsRefused, &kModelsAwaited,    &kEventAge};

/// Those of `kinesight clips`.
inline constexpr std::array kClipsMetrics = {
    &kRabbitMqConnected,   &kRabbitMqLosses,    &kRabbitMqBlocked,     &kRabbitMqPublished,
    &kRabbitMqConfirmTime, &kRabbitMqDelivered, &kRabbitMqRedelivered, &kCacheFailures,
    &kCamerasDiscovered,   &kClipRetries,       &kThumbnailFailures,   &kClipTasks,
    &kClipStepTime,        &kClipDeadLetters,   &kClipsScheduled,      &kClipsSkipped,
    &kScheduleFailures,    &kConnectionsRefused};

/// Those of `kinesight consume`.
inline constexpr std::array kStreamMetrics = {
    &kStreamRecords, &kStreamLatency,   &kStreamWindows,     &kStreamReadFailures,
    &kStreamTrimmed, &kStreamRestarts,  &kStreamShards,      &kStreamOpenKeys,
    &kStreamBehind,  &kStreamWatermark, &kStreamKept,        &kTableItems,
    &kTableRetries,  &kStreamKeyLimit,  &kStreamKeysRefused, &kConnectionsRefused};

/// Those of `kinesight produce`.
inline constexpr std::array kProduceMetrics = {
    &kProduceRead,       &kProduceRecords,    &kProduceBytes,       &kProduceRequests,  &kProduceRetried,
    &kProduceThrottled,  &kProduceUncertain,  &kProduceFailures,    &kProduceInFlight,  &kProduceWaiting,
    &kProduceSpoolBytes, &kProduceSpoolLimit, &kProduceSpoolOldest, &kProduceSpoolLost, &kConnectionsRefused};

/// Those of an outbox, whoever has it.
inline constexpr std::array kOutboxMetrics = {&kOutboxDropped, &kOutboxEntries, &kOutboxBytes,
                                              &kOutboxOldest};

/// Those of all of them.
inline constexpr auto kAllMetrics = [] {
  std::array<const MetricSpec*,
             kInferMetrics.size() + kClipsMetrics.size() + kStreamMetrics.size() + kProduceMetrics.size()>
      all{};
  auto at = std::ranges::copy(kInferMetrics, all.begin()).out;
  at = std::ranges::copy(kClipsMetrics, at).out;
  at = std::ranges::copy(kStreamMetrics, at).out;
  std::ranges::copy(kProduceMetrics, at);
  return all;
}();

}  // namespace kinesight::telemetry
