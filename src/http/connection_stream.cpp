#include "http/connection_stream.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
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

ConnectionStream::ConnectionStream(int descriptor, Channel& channel, StreamLimits limits)
    : descriptor_(descriptor), channel_(channel), limits_(std::move(limits)) {}

bool ConnectionStream::open() {
  return transfer(0, std::chrono::steady_clock::now(), [this] { return channel_.open(); }) > 0;
}

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

template <class Attempt>
ssize_t ConnectionStream::transfer(short wanted, std::chrono::steady_clock::time_point begin,
                                   const Attempt& attempt) {
  for (;;) {
    if (wanted != 0 && !wait(wanted, begin, limits_.hurried)) {
      timed_out_ = true;
      return -1;
    }
    const Transfer done = attempt();
    if (done.count >= 0 || done.wanted == 0) return done.count;
    wanted = done.wanted;
  }
}

void ConnectionStream::drain() {
  channel_.end();
  ::shutdown(descriptor_, SHUT_WR);
  std::array<char, 4096> waste;
  while (read(waste.data(), waste.size()) > 0) {
  }
}

bool ConnectionStream::is_readable() const { return buffer_begin_ < buffer_end_ || channel_.holds_more(); }

bool ConnectionStream::is_writable() const {
  const short state = ready(descriptor_, POLLOUT | POLLRDHUP, 0);
  return (state & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

ssize_t ConnectionStream::read(char* data, std::size_t size) {
  if (buffer_begin_ == buffer_end_) {
    const short wanted = channel_.holds_more() ? short{0} : short{POLLIN};
    const ssize_t got =
        transfer(wanted, request_begin_, [this] { return channel_.receive(buffer_.data(), buffer_.size()); });
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
  for (std::size_t sent = 0; sent < size;) {
    const ssize_t count = transfer(0, begin, [&] { return channel_.send(data + sent, size - sent); });
    if (count <= 0) return -1;
    sent += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(size);
}

// Nobody asks: the log does not name clients.
void ConnectionStream::get_remote_ip_and_port(std::string&, int&) const {}
void ConnectionStream::get_local_ip_and_port(std::string&, int&) const {}

}  // namespace kinesight::http
