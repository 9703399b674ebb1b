// LockFile: one process at a time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace kinesight::storage {

/// Held until its end, or that of the process, however it ends (flock).
class LockFile {
 public:
  /// `path` is in what it stands for: a folder. Errors: unavailable, with the process that has it; those of
  /// disk_error().
  static Result<LockFile> acquire(const std::filesystem::path& path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&& other) noexcept;
  ~LockFile();

 private:
  explicit LockFile(int file) : file_(file) {}
  int file_;
};

}  // namespace kinesight::storage
