// Buckets, keys and metadata as S3 names them, checked and brought into requests.
#pragma once

#include <string>
#include <string_view>

#include "aws/services/s3.h"
#include "base/result.h"

namespace kinesight::aws {

/// Error: invalid. Rules: docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
Result<> check_bucket(std::string_view bucket);
/// Error: invalid (empty, over 1024 bytes, not UTF-8).
Result<> check_key(std::string_view key);
/// Error: invalid (a header that HTTP cannot carry as it is).
Result<> check_options(const ObjectOptions& options);

/// How a request names a bucket.
struct BucketPlace {
  std::string host_prefix;  ///< "bucket.", or empty where the path names it. See Call::host_prefix.
  std::string path_prefix;  ///< "/bucket", or empty where the host does.

  /// The path of an object, percent-encoded once, its slashes kept; of the bucket itself for no key.
  std::string path_of(std::string_view key) const;
};

/// Virtual-host style on AWS; path style where the endpoint is overridden, and for a dotted name, which no
/// wildcard certificate covers.
BucketPlace place_of(std::string_view bucket, const Endpoint& endpoint);

}  // namespace kinesight::aws
