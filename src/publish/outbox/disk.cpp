#include "publish/outbox/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace kinesight::publish::outbox {
namespace {

constexpr mode_t kOwnersAlone = 0600;  // Events and pictures are nobody else's business.

/// Runs `call` again for as long as a signal interrupts it.
template <class Call>
auto uninterrupted(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result < 0 && errno == EINTR);
  return result;
}

class SystemFile final : public DiskFile {
 public:
  SystemFile(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  ~SystemFile() override { ::close(file_); }
  SystemFile(const SystemFile&) = delete;
  SystemFile& operator=(const SystemFile&) = delete;

  Result<> write(std::uint64_t offset, std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto written = uninterrupted(
          [&] { return ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
      if (written < 0) return disk_error(errno, "write to", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
      offset += static_cast<std::uint64_t>(written);
    }
    return {};
  }

  Result<> truncate(std::uint64_t size) override {
    if (uninterrupted([&] { return ::ftruncate(file_, static_cast<off_t>(size)); }) < 0)
      return disk_error(errno, "cut", path_);
    return {};
  }

  Result<> reserve(std::uint64_t size) override {
    const int code = ::posix_fallocate(file_, 0, static_cast<off_t>(size));
    if (code != 0 && code != EOPNOTSUPP && code != EINVAL) return disk_error(code, "make room for", path_);
    return {};
  }

  Result<> sync() override {
    if (uninterrupted([&] { return ::fdatasync(file_); }) < 0) return disk_error(errno, "sync", path_);
    return {};
  }

 private:
  const std::filesystem::path path_;
  const int file_;
};

class SystemDisk final : public Disk {
 public:
  Result<std::unique_ptr<DiskFile>> create(const std::filesystem::path& path) override {
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, "create");
  }
  Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path) override {
    return open(path, O_WRONLY | O_CLOEXEC, "open");
  }

  Result<> rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return disk_error(errno, "rename to", to);
    return {};
  }

  Result<> remove(const std::filesystem::path& path) override {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return disk_error(errno, "delete", path);
    return {};
  }

  Result<> sync_folder(const std::filesystem::path& folder) override {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return disk_error(errno, "open", folder);
    const int synced = uninterrupted([&] { return ::fsync(file); });
    const int code = errno;
    ::close(file);
    // EINVAL: a file system whose folders need none.
    if (synced < 0 && code != EINVAL) return disk_error(code, "sync", folder);
    return {};
  }

 private:
  static Result<std::unique_ptr<DiskFile>> open(const std::filesystem::path& path, int flags,
                                                std::string_view action) {
    const int file = uninterrupted([&] { return ::open(path.c_str(), flags, kOwnersAlone); });
    if (file < 0) return disk_error(errno, action, path);
    return std::make_unique<SystemFile>(path, file);
  }
};

}  // namespace

Disk& Disk::system() {
  static SystemDisk disk;
  return disk;
}

Result<ReadFile> ReadFile::open(const std::filesystem::path& path) {
  const int file = uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC); });
  if (file < 0) return disk_error(errno, "open", path);
  return ReadFile(path, file);
}

ReadFile::ReadFile(ReadFile&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

ReadFile& ReadFile::operator=(ReadFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

ReadFile::~ReadFile() {
  if (file_ >= 0) ::close(file_);
}

Result<std::uint64_t> ReadFile::size() const {
  struct stat status{};
  if (::fstat(file_, &status) != 0) return disk_error(errno, "look at", path_);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<> ReadFile::read(std::uint64_t offset, std::size_t length, std::string& into) const {
  const std::size_t before = into.size();
  into.resize(before + length);
  std::size_t got = 0;
  while (got < length) {
    const auto read = uninterrupted([&] {
      return ::pread(file_, into.data() + before + got, length - got, static_cast<off_t>(offset + got));
    });
    if (read < 0) return disk_error(errno, "read", path_);
    if (read == 0) break;
    got += static_cast<std::size_t>(read);
  }
  into.resize(before + got);
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path) {
  const auto file = ReadFile::open(path);
  if (!file) return std::unexpected(file.error());
  const auto size = file->size();
  if (!size) return std::unexpected(size.error());
  std::string bytes;
  if (auto read = file->read(0, *size, bytes); !read) return std::unexpected(read.error());
  return bytes;
}

std::unexpected<Error> disk_error(int code, std::string_view action, const std::filesystem::path& path) {
  ErrorKind kind = ErrorKind::unavailable;
  std::string_view advice;
  switch (code) {
    case EACCES:
    case EPERM:
    case EROFS:
      kind = ErrorKind::denied;
      advice = "; make it writable for this user";
      break;
    case ENOENT:
      kind = ErrorKind::not_found;
      break;
    case ENOSPC:
    case EDQUOT:
      advice = "; free space on the disk";
      break;
    case EFBIG:
      advice = "; raise the limit on the size of files (ulimit -f)";
      break;
    case EIO:
      advice = "; the disk may be failing";
      break;
    default:
      break;
  }
  return fail(kind, "cannot {} {}: {}{}", action, path.string(), std::generic_category().message(code),
              advice);
}

}  // namespace kinesight::publish::outbox
