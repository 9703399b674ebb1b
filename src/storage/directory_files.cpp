#include "storage/directory_files.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace kinesight::storage {
namespace {

constexpr std::uint64_t kCopyPiece = 8ULL << 20;  // Between two looks at whether to go on.

}  // namespace

std::unexpected<Error> disk_error(const std::filesystem::path& path, std::string_view what, int code) {
  const auto kind = code == EACCES || code == EPERM || code == EROFS ? ErrorKind::denied
                    : code == ENOENT                                 ? ErrorKind::not_found
                    : code == ENOTDIR || code == ENAMETOOLONG        ? ErrorKind::invalid
                                                                     : ErrorKind::unavailable;
  return fail(kind, "{}: {}: {}", path.string(), what, std::strerror(code));
}

Result<> sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return disk_error(folder, "cannot be opened", errno);
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed != 0 && failed != EINVAL) return disk_error(folder, "cannot be synced", failed);
  return {};
}

Result<> make_folders(const std::filesystem::path& folder) {
  std::error_code trouble;
  if (std::filesystem::is_directory(folder, trouble)) return {};
  const auto above = folder.parent_path();
  if (!above.empty() && above != folder) {
    if (auto made = make_folders(above); !made) return made;
  }
  std::filesystem::create_directory(folder, trouble);  // Another thread may have been quicker: no error.
  if (trouble) return disk_error(folder, "cannot be made", trouble.value());
  return above.empty() ? Result<>() : sync_folder(above);
}

Result<NewFile> NewFile::create(const std::filesystem::path& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
  if (descriptor >= 0) return NewFile(folder, {}, descriptor);
  std::string name = (folder / ".XXXXXX.new").string();
  descriptor = ::mkostemps(name.data(), 4, O_CLOEXEC);
  if (descriptor < 0) return disk_error(folder, "no file can be made in it", errno);
  ::fchmod(descriptor, 0644);
  return NewFile(folder, name, descriptor);
}

std::string NewFile::source() const {
  return path_.empty() ? fmt::format("/proc/self/fd/{}", descriptor_) : path_.string();
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<> NewFile::copy(const InputFile& from, const std::stop_token& stop) {
  off_t at = 0;
  while (static_cast<std::uint64_t>(at) < from.bytes()) {
    if (stop.stop_requested())
      return fail(ErrorKind::cancelled, "{}: stopped while copying", folder_.string());
    const auto left = from.bytes() - static_cast<std::uint64_t>(at);
    const auto count = ::sendfile(descriptor_, from.descriptor(), &at, std::min(left, kCopyPiece));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_error(folder_, "a file in it cannot be written", errno);
    if (count == 0)
      return fail(ErrorKind::corrupt, "the file to store ended after {} of {} bytes: it was cut meanwhile",
                  at, from.bytes());
  }
  return {};
}

Result<> NewFile::write(std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor_, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return disk_error(folder_, "a file in it cannot be written", errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

Result<> NewFile::sync() {
  if (::fsync(descriptor_) != 0) return disk_error(folder_, "a file in it cannot be synced", errno);
  return {};
}

Result<bool> NewFile::name(const std::filesystem::path& as) {
  // A link never takes a name that is in use. File systems without them have a rename that does not either.
  if (::linkat(AT_FDCWD, source().c_str(), AT_FDCWD, as.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
  if (errno != EEXIST && !path_.empty() &&
      ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, as.c_str(), RENAME_NOREPLACE) == 0) {
    path_.clear();
    return true;
  }
  if (errno == EEXIST) return false;
  return disk_error(as, "cannot be made", errno);
}

Result<> NewFile::replace(const std::filesystem::path& as) {
  for (int tries = 0; tries < 10; ++tries) {
    const auto named = name(as);
    if (!named) return std::unexpected(named.error());
    if (*named) return {};
    ::unlink(as.c_str());
  }
  return fail(ErrorKind::unavailable, "{}: others keep making this file", as.string());
}

}  // namespace kinesight::storage
