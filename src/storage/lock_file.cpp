#include "storage/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "storage/directory_files.h"

namespace kinesight::storage {
namespace {

/// "process 4711", or who else it is.
std::string holder(int file) {
  std::array<char, 32> text{};
  const auto length = ::pread(file, text.data(), text.size() - 1, 0);
  const std::string pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file < 0) return disk_error(path, "cannot be opened", errno);
  LockFile lock(file);
  if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return disk_error(path, "cannot be locked", errno);
    return fail(ErrorKind::unavailable,
                "{} is in use by {}; stop that one, or give this one a state_directory of its own",
                path.parent_path().string(), holder(file));
  }
  const std::string pid = std::to_string(::getpid());
  // Only for the message above: a lock without a name is as good.
  if (::ftruncate(file, 0) == 0) (void)!::pwrite(file, pid.data(), pid.size(), 0);
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

LockFile& LockFile::operator=(LockFile&& other) noexcept {
  std::swap(file_, other.file_);
  return *this;
}

LockFile::~LockFile() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace kinesight::storage
