// Amazon S3, as wide as the product needs it, for AWS and for what speaks its protocol.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/client.h"

namespace kinesight::aws {

/// What an object is stored with.
struct ObjectOptions {
  std::string content_type = "application/octet-stream";
  net::Headers metadata;  ///< x-amz-meta-<name>: value; names in lower case.
};

/// What an object is.
struct ObjectInfo {
  std::int64_t bytes = 0;
  std::string etag;
  std::string content_type;
  net::Headers metadata;
};

/// S3 in one region. Buckets are addressed in the host name on AWS, and in the path for dotted names and
/// overridden endpoints. Safe for any number of threads.
class S3 {
 public:
  static Result<S3> make(Session& session, const ClientOptions& options);

  /// s3:PutObject of at most 5 GiB, with the body's SHA-256 signed. `attempts`: see Call::max_attempts.
  CallResult<> put_object(const std::string& bucket, const std::string& key, std::string_view body,
                          const ObjectOptions& options, std::optional<int> attempts,
                          std::stop_token stop) const;
  /// s3:GetObject. Error not_found: NoSuchKey, NoSuchBucket.
  CallResult<std::string> get_object(const std::string& bucket, const std::string& key,
                                     std::stop_token stop) const;
  /// s3:GetObject, by HEAD.
  CallResult<ObjectInfo> head_object(const std::string& bucket, const std::string& key,
                                     std::stop_token stop) const;
  /// A URL that anybody may GET the object by, for `expires_seconds` (or until the credentials that sign it
  /// expire).
  Result<std::string> presign_get(const std::string& bucket, const std::string& key,
                                  std::int64_t expires_seconds, std::stop_token stop) const;
  /// s3:ListBucket, by HEAD: whether the bucket is there and ours, and its region. Errors: not_found, denied.
  CallResult<std::string> bucket_region(const std::string& bucket, std::stop_token stop) const;
  /// s3:CreateBucket in the client's region. One that is ours already is no error.
  CallResult<> create_bucket(const std::string& bucket, std::stop_token stop) const;

  const Client& client() const { return client_; }

 private:
  explicit S3(Client client) : client_(std::move(client)) {}
  Client client_;
};

}  // namespace kinesight::aws
