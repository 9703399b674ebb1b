// Pictures in an S3 bucket.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/services/s3.h"
#include "publish/s3/options.h"
#include "publish/snapshot.h"

namespace kinesight::publish {

/// Saves and finds pictures, keyed {prefix}/{camera_id}/{yyyy}/{mm}/{dd}/{ts_ms}.jpg. Safe for any number of
/// threads.
class SnapshotBucket {
 public:
  SnapshotBucket(S3Options options, aws::S3 s3) : options_(std::move(options)), s3_(std::move(s3)) {}

  /// Encodes and uploads the frame; its key. Errors: those of aws::S3 and encode_snapshot(); invalid (a
  /// camera_id that makes no key).
  Result<std::string> save(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                           std::stop_token stop) const;
  /// The same, with boxes, labels and scores drawn.
  Result<std::string> save_with_bbox(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                                     const std::vector<vision::Detection>& detections,
                                     std::stop_token stop) const;
  /// Uploads a JPEG under `key`, in one try. Its metadata has camera-id and ts-ms. Error invalid: not a key
  /// of event::snapshot_key(), or those of aws::S3.
  aws::CallResult<> put(const std::string& key, std::string_view jpeg, std::stop_token stop) const;
  /// A URL by which anybody can GET the picture for so long: 1 to 604,800 s, and no longer than the
  /// credentials live that sign it. Errors: invalid (another time, not a key of event::snapshot_key()); those
  /// of aws::S3.
  Result<std::string> get_url(const std::string& key, std::int64_t expires_in_seconds = 3600,
                              std::stop_token stop = {}) const;

  const S3Options& options() const { return options_; }

 private:
  Result<std::string> upload(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                             const std::vector<vision::Detection>& detections, const SnapshotStyle& style,
                             std::stop_token stop) const;
  aws::CallResult<> put(const std::string& key, std::string_view jpeg, std::optional<int> attempts,
                        std::stop_token stop) const;

  const S3Options options_;
  const aws::S3 s3_;
};

}  // namespace kinesight::publish
