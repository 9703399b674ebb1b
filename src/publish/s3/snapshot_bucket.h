// Pictures in an S3 bucket.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
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

  /// Encodes and uploads the frame; its key. Errors: those of aws::S3 and encode_snapshot().
  Result<std::string> save(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                           std::stop_token stop);
  /// The same, with boxes, labels and scores drawn.
  Result<std::string> save_with_bbox(const Frame& frame, const std::string& camera_id, std::int64_t ts_ms,
                                     const std::vector<vision::Detection>& detections, std::stop_token stop);
  /// Uploads a JPEG under `key`, in one try.
  aws::CallResult<> put(const std::string& key, std::string_view jpeg, std::stop_token stop) const;
  /// A URL by which anybody can GET the picture for so long.
  Result<std::string> get_url(const std::string& key, std::int64_t expires_in_seconds = 3600) const;

 private:
  const S3Options options_;
  const aws::S3 s3_;
};

}  // namespace kinesight::publish
