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
  std::string sha256{};   ///< Of put_file()'s body, hexadecimal; empty: not known yet.
};

/// What an object is.
struct ObjectInfo {
  std::int64_t bytes = 0;
  std::string etag;
  std::string content_type;
  net::Headers metadata;
};

/// S3 in one region. Buckets are addressed in the host name on AWS, and in the path for dotted names and
/// overridden endpoints. Names, keys and metadata that S3 refuses are `invalid` before anything is sent; a
/// bucket of another region is `invalid`, with that region's name. Safe for any number of threads.
class S3 {
 public:
  static constexpr std::size_t kMaxKeyBytes = 1024;
  static constexpr std::size_t kMaxPutBytes = 5ULL << 30;           ///< One PutObject, one part.
  static constexpr int kMaxParts = 10'000;                          ///< Of one upload.
  static constexpr std::size_t kMaxObjectBytes = 64 * 1024 * 1024;  ///< What get_object() takes into memory.

  static Result<S3> make(Session& session, const ClientOptions& options);

  /// s3:PutObject of at most 5 GiB, with the body's SHA-256 signed. `attempts`: see Call::max_attempts.
  CallResult<> put_object(const std::string& bucket, const std::string& key, std::string_view body,
                          const ObjectOptions& options, std::optional<int> attempts,
                          std::stop_token stop) const;
  /// The same of a part of a file, which is read as it is sent. `only_new`: an object that is there stays,
  /// and the error's status is 412; 409 (tried again by itself) when another such call is under way.
  CallResult<> put_file(const std::string& bucket, const std::string& key, const net::FileRegion& body,
                        const ObjectOptions& options, bool only_new, std::stop_token stop) const;

  /// Objects in parts, of 5 MiB at least but for the last one. s3:PutObject; the upload's id.
  CallResult<std::string> create_upload(const std::string& bucket, const std::string& key,
                                        const ObjectOptions& options, std::stop_token stop) const;
  /// s3:PutObject of the part with this `number`, 1 to 10,000; its ETag.
  CallResult<std::string> upload_part(const std::string& bucket, const std::string& key,
                                      const std::string& upload, int number, const net::FileRegion& body,
                                      std::stop_token stop) const;
  /// s3:PutObject: the object is there, made of all parts, whose ETags these are. `only_new`: see put_file().
  /// Error not_found: NoSuchUpload, also after a try whose answer was lost.
  CallResult<> complete_upload(const std::string& bucket, const std::string& key, const std::string& upload,
                               const std::vector<std::string>& etags, bool only_new,
                               std::stop_token stop) const;
  /// s3:AbortMultipartUpload: its parts are gone.
  CallResult<> abort_upload(const std::string& bucket, const std::string& key, const std::string& upload,
                            std::stop_token stop) const;
  /// s3:GetObject of at most kMaxObjectBytes. Error not_found: NoSuchKey, NoSuchBucket.
  CallResult<std::string> get_object(const std::string& bucket, const std::string& key,
                                     std::stop_token stop) const;
  /// s3:GetObject, by HEAD.
  CallResult<ObjectInfo> head_object(const std::string& bucket, const std::string& key,
                                     std::stop_token stop) const;
  /// A URL that anybody may GET the object by, for `expires_seconds`, or until the credentials that sign it
  /// expire. Session tokens of the environment do not tell when that is.
  Result<PresignedUrl> presign_get(const std::string& bucket, const std::string& key,
                                   std::int64_t expires_seconds, std::stop_token stop) const;
  /// s3:ListBucket, by HEAD: whether the bucket is there and ours, and its region, whichever that is. Errors:
  /// not_found, denied.
  CallResult<std::string> bucket_region(const std::string& bucket, std::stop_token stop) const;
  /// s3:CreateBucket in the client's region. One that is ours already is no error.
  CallResult<> create_bucket(const std::string& bucket, std::stop_token stop) const;

  const Client& client() const { return client_; }

 private:
  S3(Session& session, Client client) : session_(&session), client_(std::move(client)) {}
  /// Sends `call` for a bucket, or for an object of it where `key` names one.
  CallResult<net::Response> send(Call call, const std::string& bucket, const std::string& key,
                                 std::stop_token stop) const;
  /// The same; an error because the bucket is in another region says in which.
  CallResult<net::Response> send_home(const Call& call, const std::string& bucket, const std::string& key,
                                      std::stop_token stop) const;
  /// The region that a bucket is in rather than ours; nothing when S3 does not tell.
  std::optional<std::string> other_region(const std::string& bucket, std::stop_token stop) const;

  Session* session_;
  Client client_;
};

}  // namespace kinesight::aws
