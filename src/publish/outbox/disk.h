// Disk: the few things that the outbox does to files, so that a test's disk can be full or broken.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kinesight::publish::outbox {

/// A file that is open for writing.
class DiskFile {
 public:
  virtual ~DiskFile() = default;
  /// Writes all of `bytes` at `offset`; after an error any part of them may be there.
  virtual Result<> write(std::uint64_t offset, std::string_view bytes) = 0;
  virtual Result<> truncate(std::uint64_t size) = 0;
  /// Sets disk space for the first `size` bytes aside: writing them cannot fail for want of it.
  virtual Result<> reserve(std::uint64_t size) = 0;
  /// Returns when its bytes are on the disk (fdatasync). After an error nobody knows which are, and a second
  /// call that succeeds does not mean that they are: see https://lwn.net/Articles/752063/.
  virtual Result<> sync() = 0;
};

/// Errors of all calls: denied; not_found; unavailable (disk full, I/O error), with what to do.
class Disk {
 public:
  virtual ~Disk() = default;
  /// A new file, or an old one made empty.
  virtual Result<std::unique_ptr<DiskFile>> create(const std::filesystem::path& path) = 0;
  virtual Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path) = 0;
  virtual Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;
  virtual Result<> remove(const std::filesystem::path& path) = 0;
  /// Returns when the names of the folder's files are on the disk.
  virtual Result<> sync_folder(const std::filesystem::path& folder) = 0;

  /// The machine's own.
  static Disk& system();
};

/// A file that is open for reading.
class ReadFile {
 public:
  static Result<ReadFile> open(const std::filesystem::path& path);
  ReadFile(ReadFile&& other) noexcept;
  ReadFile& operator=(ReadFile&& other) noexcept;
  ~ReadFile();

  Result<std::uint64_t> size() const;
  /// Appends what lies at `offset` to `into`: `length` bytes, fewer at the end of the file.
  Result<> read(std::uint64_t offset, std::size_t length, std::string& into) const;

 private:
  ReadFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  std::filesystem::path path_;
  int file_ = -1;
};

/// All of a file.
Result<std::string> read_file(const std::filesystem::path& path);

/// What errno's `code` means, and what to do about it: "cannot <action> <path>: No space left on device;
/// free space on the disk".
std::unexpected<Error> disk_error(int code, std::string_view action, const std::filesystem::path& path);

}  // namespace kinesight::publish::outbox
