#include "config/replace_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

namespace kinesight::config {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> broken(const fs::path& path, int code) {
  const bool denied = code == EACCES || code == EPERM || code == EROFS;
  return fail(denied ? ErrorKind::denied : ErrorKind::unavailable, "cannot replace {}: {}", path.string(),
              std::strerror(code));
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : "."; }

/// 0, or errno.
int write_whole(int file, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(file, text.data(), text.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

/// As the one that is there; who may not give a file away keeps it. 0, or errno.
int take_after(int file, const fs::path& old) {
  struct stat was{};
  if (::stat(old.c_str(), &was) != 0) return errno == ENOENT ? 0 : errno;
  if (::fchown(file, was.st_uid, was.st_gid) != 0 && errno != EPERM) return errno;
  return ::fchmod(file, was.st_mode & 07777) == 0 ? 0 : errno;
}

/// A rename lasts when its folder is on the disk.
void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

Result<> replaceable(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_symlink(path, ignored)) {
    return fail(ErrorKind::denied, "cannot replace {}: it is a symbolic link, change what it points to",
                path.string());
  }
  if (fs::exists(path, ignored) && ::access(path.c_str(), W_OK) != 0) return broken(path, errno);
  if (::access(folder_of(path).c_str(), W_OK | X_OK) != 0) return broken(path, errno);
  return {};
}

Result<> replace_file(const fs::path& path, std::string_view text) {
  if (auto good = replaceable(path); !good) return good;
  std::string beside = (folder_of(path) / ("." + path.filename().string() + ".XXXXXX")).string();
  const int file = ::mkostemp(beside.data(), O_CLOEXEC);  // Mode 0600.
  if (file < 0) return broken(path, errno);
  int code = write_whole(file, text);
  if (code == 0) code = take_after(file, path);
  ::close(file);
  if (code == 0 && ::rename(beside.c_str(), path.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(beside.c_str());
    return broken(path, code);
  }
  sync_folder(folder_of(path));
  return {};
}

}  // namespace kinesight::config
