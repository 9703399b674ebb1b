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
                                          "Local events and snapshots deleted by retention", kByKind};

/// All of the above: what Metrics registers and docs/reference/metrics.md lists.
inline constexpr std::array kAllMetrics = {
    &kInferFrames,   &kInferEvents,      &kInferLatency,     &kPublisherFailures, &kWorkerAlive,
    &kFramesDropped, &kEventsSuppressed, &kCameraRecoveries, &kLastFrame,         &kLocalDeleted};

}  // namespace kinesight::telemetry
