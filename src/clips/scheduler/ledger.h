// Up to where each camera's time has been cut into clips: what makes consecutive clips meet, also across
// restarts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "clips/cache.h"

namespace kinesight::clips {

/// The newest clip of a camera.
struct Scheduled {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::int64_t process_id = 0;
  bool sent = false;  ///< Its task is in the queue, confirmed; false: it may be.

  bool operator==(const Scheduled&) const = default;
};

/// Remembers them. Used by one thread at a time.
class Ledger {
 public:
  virtual ~Ledger() = default;

  /// Nothing when the camera is new. Errors: unavailable, corrupt.
  virtual Result<std::optional<Scheduled>> last(const std::string& camera_id) = 0;
  virtual Result<> note(const std::string& camera_id, const Scheduled& scheduled) = 0;
  /// A number that no task had before.
  virtual Result<std::int64_t> next_process_id() = 0;
};

/// The cache's key of the last number that a task has.
inline constexpr const char* kProcessIdKey = "s2:process_id";

/// In the cache, for any number of replicas: keys "s2:scheduled:{camera_id}", which live a week, and
/// kProcessIdKey.
std::unique_ptr<Ledger> cache_ledger(Cache& cache);

/// In a file of this machine, for one replica: process ids are milliseconds since the epoch. `now_ms` is
/// asked for them. Error: corrupt (delete the file to begin anew), denied.
Result<std::unique_ptr<Ledger>> file_ledger(const std::filesystem::path& file,
                                            std::function<std::int64_t()> now_ms);

}  // namespace kinesight::clips
