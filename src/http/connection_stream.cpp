#include "http/connection_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kinesight::http {
namespace {

// How often a waiting thread looks whether others need it.
constexpr int kSliceMs = 100;

short ready(int descriptor, short events, int wait_ms) {
  pollfd poll{descriptor, events, 0};
  return ::poll(&poll, 1, wait_ms) > 0 ? poll.revents : short{0};
}

}  // namespace

ConnectionStream::ConnectionStream(int descriptor, StreamLimits limits)
    : descriptor_(descriptor), limits_(std::move(limits)) {}

bool ConnectionStream::await_request(bool first) {
  const auto begin = std::chrono::steady_clock::now();
  const auto hurried = first ? limits_.hurried : Clock::Duration{};
  if (!is_readable() && !wait(POLLIN, begin, hurried)) return false;
  request_bytes_left_ = limits_.request_bytes;
  request_begin_ = std::chrono::steady_clock::now();
  return true;
}

bool ConnectionStream::wait(short events, std::chrono::steady_clock::time_point begin,
                            Clock::Duration hurried) const {
  // The limit comes first: a client that always has one more byte must not go on for ever.
  while (std::chrono::steady_clock::now() - begin <= (limits_.hurry() ? hurried : limits_.patience)) {
    if (ready(descriptor_, events, kSliceMs)) return true;
  }
  return false;
}

void ConnectionStream::drain() {
  ::shutdown(descriptor_, SHUT_WR);
  std::array<char, 4096> waste;
  while (read(waste.data(), waste.size()) > 0) {
  }
}

bool ConnectionStream::is_readable() const { return buffer_begin_ < buffer_end_; }

bool ConnectionStream::is_writable() const {
  const short state = ready(descriptor_, POLLOUT | POLLRDHUP, 0);
  return (state & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

ssize_t ConnectionStream::read(char* data, std::size_t size) {
  if (buffer_begin_ == buffer_end_) {
    if (!wait(POLLIN, request_begin_, limits_.hurried)) return -1;
    const ssize_t got = ::recv(descriptor_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return got;
    buffer_begin_ = 0;
    buffer_end_ = static_cast<std::size_t>(got);
  }
  const std::size_t count = std::min({size, buffer_end_ - buffer_begin_, request_bytes_left_});
  if (count == 0) return -1;
  std::memcpy(data, buffer_.data() + buffer_begin_, count);
  buffer_begin_ += count;
  request_bytes_left_ -= count;
  return static_cast<ssize_t>(count);
}

ssize_t ConnectionStream::write(const char* data, std::size_t size) {
  const auto begin = std::chrono::steady_clock::now();
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t count = ::send(descriptor_, data + sent, size - sent, MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
      continue;
    }
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK) return -1;
    if (!wait(POLLOUT, begin, limits_.hurried)) return -1;
  }
  return static_cast<ssize_t>(size);
}

// Nobody asks: the log does not name clients.
void ConnectionStream::get_remote_ip_and_port(std::string&, int&) const {}
void ConnectionStream::get_local_ip_and_port(std::string&, int&) const {}

}  // namespace kinesight::http
