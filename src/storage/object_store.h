// Where clips and their thumbnails are kept: S3, Azure Blob, or a folder of this machine. Each is one file
// here and one row of the registry.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace kinesight::storage {

/// What an object is stored with.
struct ObjectAttributes {
  std::string content_type = "application/octet-stream";
  std::map<std::string, std::string> metadata;  ///< Names in lower case, [a-z0-9_]; values printable ASCII.
  /// Of the file, hexadecimal, where the caller knows it: a store that needs it need not read the file twice,
  /// and what was changed in between is refused. Empty: not known.
  std::string sha256{};
};

/// What an object is.
struct ObjectStatus {
  std::int64_t bytes = 0;
  std::string content_type;
  std::map<std::string, std::string> metadata;
};

/// A URL that anybody may read an object by, for a while.
struct Link {
  std::string url;  ///< A secret, as long as it lives.
  std::int64_t expires_seconds =
      0;  ///< Unix seconds: the asked time, or sooner when the credentials end sooner.
};

/// What became of a put that must not replace.
enum class Stored { now, before };

/// Objects by key ("live/front/2026-02-26T14-30-00Z.mp4"). Safe for any number of threads. An object is there
/// whole or not at all. Errors of all calls: invalid (a key or a container that cannot be), not_found (no
/// such container), denied, throttled, unavailable (worth another try), corrupt (what arrived has another
/// digest), cancelled. Each call is tried as the service's retry rules say; callers may try again, all calls
/// can be repeated.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Stores the file's bytes, of any length, in bounded memory (16 MiB). An object that is there stays as it
  /// is: Stored::before. What did not get whole leaves nothing behind.
  virtual Result<Stored> put_file(const std::string& key, const std::filesystem::path& file,
                                  const ObjectAttributes& attributes, std::stop_token stop) = 0;
  /// What is stored under `key`; nothing when there is no such object.
  virtual Result<std::optional<ObjectStatus>> status(const std::string& key, std::stop_token stop) = 0;
  /// A URL for `key`, which need not exist yet, that lasts `seconds` at most.
  virtual Result<Link> link(const std::string& key, std::int64_t seconds, std::stop_token stop) = 0;
  /// Whether the container is there and may be written to; for `clips doctor`.
  virtual Result<> check(std::stop_token stop) = 0;

  /// The object's address for other services: "s3://bucket/key",
  /// "https://account.blob.core.windows.net/container/key", "file:///folder/key".
  virtual std::string address(const std::string& key) const = 0;
};

}  // namespace kinesight::storage
