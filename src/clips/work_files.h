// Files that are in work: parts of clips and clips before they are stored.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>

#include "base/result.h"
#include "storage/lock_file.h"

namespace kinesight::clips {

class WorkFiles;

/// A file that is open to be read and written, and deleted when it is let go of.
class WorkFile {
 public:
  ~WorkFile();
  WorkFile(WorkFile&& other) noexcept;
  WorkFile& operator=(WorkFile&&) = delete;

  int descriptor() const { return descriptor_; }
  const std::filesystem::path& path() const { return path_; }

 private:
  friend class WorkFiles;
  WorkFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// The folder of the files in work. Safe for any number of threads. What an earlier process left in it is
/// deleted when it is opened: one process at a time may use a folder (its lock tells).
class WorkFiles {
 public:
  /// Errors: denied, not_found; unavailable (another process uses the folder, the disk is full).
  static Result<std::unique_ptr<WorkFiles>> open(const std::filesystem::path& folder);
  WorkFiles(const WorkFiles&) = delete;
  WorkFiles& operator=(const WorkFiles&) = delete;

  /// A new, empty file, whose name ends in `suffix` (".mp4").
  Result<WorkFile> make(std::string_view suffix);
  /// Bytes that the disk has left for us.
  Result<std::uint64_t> free_bytes() const;

 private:
  WorkFiles(std::filesystem::path folder, storage::LockFile lock)
      : folder_(std::move(folder)), lock_(std::move(lock)) {}

  const std::filesystem::path folder_;
  const storage::LockFile lock_;
  std::mutex mutex_;
  std::uint64_t last_ = 0;
};

}  // namespace kinesight::clips
