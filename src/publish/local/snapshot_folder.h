// The pictures of the local store: files whose paths below its folder are their keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::publish {

/// Reads and writes pictures by their keys. A picture is there whole or not at all, whenever the process
/// ends. Errors of all calls: invalid (no snapshot key), not_found, denied, unavailable.
class SnapshotFolder {
 public:
  /// `root` is what keys are relative to.
  explicit SnapshotFolder(std::filesystem::path root) : root_(std::move(root)) {}

  /// Makes the picture and the folders on its way; one that was there is replaced.
  Result<> write(std::string_view key, std::span<const std::uint8_t> jpeg) const;
  Result<std::vector<std::uint8_t>> read(std::string_view key) const;
  /// Deletes the picture and the folders that are empty without it; one that is not there is no error.
  Result<> remove(std::string_view key) const;

  /// Goes through all pictures, and deletes what an interrupted write() left.
  Result<> sweep(const std::function<void(const std::string& key, std::int64_t bytes)>& picture) const;

 private:
  std::filesystem::path root_;
};

/// Whether `key` is an event::snapshot_key() below snapshots/: a path in the folder.
bool is_snapshot_key(std::string_view key);

/// The key of the same picture in this folder, whatever prefix `key` has elsewhere; nothing for what is no
/// key.
std::optional<std::string> local_key(std::string_view key);

}  // namespace kinesight::publish
