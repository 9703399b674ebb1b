#include "publish/s3/snapshot_bucket.h"

#include "event/snapshot_key.h"

namespace kinesight::publish {
namespace {

constexpr std::int64_t kLongestUrl = 604'800;  // Seven days: what SigV4 allows.

std::string_view bytes_of(const std::vector<std::uint8_t>& jpeg) {
  return {reinterpret_cast<const char*>(jpeg.data()), jpeg.size()};
}

Error no_key(const std::string& key) {
  return {
      ErrorKind::invalid,
      fmt::format(
          "expected the key of a snapshot, {{prefix}}/{{camera_id}}/{{yyyy}}/{{mm}}/{{dd}}/{{ts_ms}}.jpg, "
          "found \"{}\"",
          key.substr(0, 200))};
}

/// Names with hyphens: proxies drop header fields with underscores.
aws::ObjectOptions object_options(const event::SnapshotKey& key) {
  return {.content_type = "image/jpeg",
          .metadata = {{"camera-id", key.camera_id}, {"ts-ms", std::to_string(key.ts_ms)}}};
}

}  // namespace

Result<std::string> SnapshotBucket::save(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                                         std::stop_token stop) const {
  return upload(frame, camera_id, ts_ms, {},
                {.jpeg_quality = options_.jpeg_quality, .max_width = options_.max_width, .draw_boxes = false},
                std::move(stop));
}

Result<std::string> SnapshotBucket::save_with_bbox(const Frame& frame, const std::string& camera_id,
                                                   std::int64_t ts_ms,
                                                   const std::vector<vision::Detection>& detections,
                                                   std::stop_token stop) const {
  return upload(frame, camera_id, ts_ms, detections,
                {.jpeg_quality = options_.jpeg_quality, .max_width = options_.max_width, .draw_boxes = true},
                std::move(stop));
}

Result<std::string> SnapshotBucket::upload(const Frame& frame, const std::string& camera_id,
                                           std::int64_t ts_ms,
                                           const std::vector<vision::Detection>& detections,
                                           const SnapshotStyle& style, std::stop_token stop) const {
  const auto jpeg = encode_snapshot(frame, detections, style);
  if (!jpeg) return std::unexpected(jpeg.error());
  std::string key = event::snapshot_key(options_.prefix, camera_id, ts_ms);
  const auto saved = put(key, bytes_of(*jpeg), std::nullopt, std::move(stop));
  if (!saved) return std::unexpected(saved.error().error);
  return key;
}

aws::CallResult<> SnapshotBucket::put(const std::string& key, std::string_view jpeg,
                                      std::stop_token stop) const {
  return put(key, jpeg, 1, std::move(stop));
}

aws::CallResult<> SnapshotBucket::put(const std::string& key, std::string_view jpeg,
                                      std::optional<int> attempts, std::stop_token stop) const {
  const auto parsed = event::parse_snapshot_key(key);
  if (!parsed) {
    aws::CallError refused;
    refused.error = no_key(key);
    return std::unexpected(std::move(refused));
  }
  auto saved = s3_.put_object(options_.bucket, key, jpeg, object_options(*parsed), attempts, std::move(stop));
  if (!saved) {  // AWS's errors do not say which bucket they are about.
    auto& message = saved.error().error.message;
    message = fmt::format("bucket {}: {}", options_.bucket, message);
  }
  return saved;
}

Result<std::string> SnapshotBucket::get_url(const std::string& key, std::int64_t expires_in_seconds,
                                            std::stop_token stop) const {
  if (!event::parse_snapshot_key(key)) return std::unexpected(no_key(key));
  if (expires_in_seconds < 1 || expires_in_seconds > kLongestUrl) {
    return fail(ErrorKind::invalid, "the URL of {}: expected a life of 1 to {} seconds, found {}", key,
                kLongestUrl, expires_in_seconds);
  }
  auto link = s3_.presign_get(options_.bucket, key, expires_in_seconds, std::move(stop));
  if (!link) return std::unexpected(link.error());
  return std::move(link->url);
}

}  // namespace kinesight::publish
