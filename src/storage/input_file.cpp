#include "storage/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kinesight::storage {

Result<InputFile> InputFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    const auto kind = errno == ENOENT                     ? ErrorKind::not_found
                      : errno == EACCES || errno == EPERM ? ErrorKind::denied
                                                          : ErrorKind::unavailable;
    return fail(kind, "{}: cannot be read: {}", path.string(), std::strerror(errno));
  }
  InputFile file(descriptor, 0);
  struct stat facts{};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode))
    return fail(ErrorKind::invalid, "{}: expected a file, found something else", path.string());
  file.bytes_ = static_cast<std::uint64_t>(facts.st_size);
  return file;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

net::FileRegion InputFile::part(std::uint64_t offset, std::uint64_t length) const {
  return {descriptor_, offset, std::min(length, bytes_ - std::min(offset, bytes_))};
}

}  // namespace kinesight::storage
