// Which cameras a person has paused: kept in the state directory, so that a restart does not wake them.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/result.h"

namespace kinesight::infer {

/// The ids, in a file of one id a line. Not thread-safe.
class PausedCameras {
 public:
  /// What `directory` has; none when there is nothing. Error: unavailable, corrupt.
  static Result<PausedCameras> load(const std::filesystem::path& directory);

  bool contains(const std::string& camera_id) const { return ids_.contains(camera_id); }
  /// Writes it down; on an error nothing has changed. Error: unavailable.
  Result<> set(const std::string& camera_id, bool paused);

 private:
  explicit PausedCameras(std::filesystem::path file) : file_(std::move(file)) {}
  Result<> write(const std::set<std::string>& ids) const;

  std::filesystem::path file_;
  std::set<std::string> ids_;
};

}  // namespace kinesight::infer
