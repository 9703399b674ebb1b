#include "base/sandbox/wire.h"

#include <unistd.h>

#include <cerrno>

namespace kinesight::sandbox {

void Descriptor::reset(int fd) {
  if (fd_ >= 0) close(fd_);
  fd_ = fd;
}

bool read_all(int fd, void* into, std::size_t length) {
  auto* at = static_cast<char*>(into);
  while (length > 0) {
    const ssize_t count = read(fd, at, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    length -= static_cast<std::size_t>(count);
  }
  return true;
}

bool write_all(int fd, const void* from, std::size_t length) {
  const auto* at = static_cast<const char*>(from);
  while (length > 0) {
    const ssize_t count = write(fd, at, length);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    length -= static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace kinesight::sandbox
