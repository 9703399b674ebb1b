#include "stream/sources/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kinesight::stream {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
/// How long a stop may go unnoticed.
constexpr int kPollMs = 100;

std::unexpected<Error> system_error(const std::string& what, int code) {
  const auto kind = code == ENOENT                    ? ErrorKind::not_found
                    : code == EACCES || code == EPERM ? ErrorKind::denied
                                                      : ErrorKind::unavailable;
  return fail(kind, "{}: {}", what, std::strerror(code));
}

}  // namespace

Result<> InputDescriptor::check(const std::string& path) {
  if (path == "-") return {};
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0 || ::access(path.c_str(), R_OK) != 0)
    return system_error(path + ": cannot be opened", errno);
  if (S_ISDIR(found.st_mode)) return fail(ErrorKind::invalid, "{}: expected a file, found a folder", path);
  return {};
}

Result<InputDescriptor> InputDescriptor::open(const std::string& path) {
  if (auto good = check(path); !good) return std::unexpected(std::move(good.error()));
  if (path == "-") return InputDescriptor(STDIN_FILENO);
  // Without O_NONBLOCK a named pipe would wait here for its writer, for ever.
  const int number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (number < 0) return system_error(path + ": cannot be opened", errno);
  return InputDescriptor(number);
}

InputDescriptor::~InputDescriptor() {
  if (number_ > STDIN_FILENO) ::close(number_);
}

std::optional<std::size_t> LineReader::find_newline() {
  if (scanned_ == end_) return std::nullopt;
  const void* found = std::memchr(buffer_.data() + scanned_, '\n', end_ - scanned_);
  if (found != nullptr) return static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
  scanned_ = end_;
  return std::nullopt;
}

/// The line of `length` bytes at begin_, and `newline` bytes behind it.
Result<std::string_view> LineReader::take(std::size_t length, std::size_t newline) {
  std::string_view line(buffer_.data() + begin_, length);
  begin_ += length + newline;
  bytes_ += length + newline;
  scanned_ = begin_;
  if (++line_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  if (!std::exchange(too_long_, false) && line.size() <= max_line_bytes_) return line;
  return fail(ErrorKind::corrupt, "expected a line of at most {} bytes, found a longer one", max_line_bytes_);
}

Result<> LineReader::wait_readable(const std::stop_token& stop, Clock::Steady until) const {
  while (!stop.stop_requested()) {
    pollfd waiting{.fd = input_.number(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, kPollMs);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return system_error("cannot be waited for", errno);
    if (Clock::system().steady() >= until)
      return fail(ErrorKind::unavailable, "expected a line, found none in time");
  }
  return fail(ErrorKind::cancelled, "stopped while reading");
}

Result<> LineReader::fill(const std::stop_token& stop, Clock::Steady until) {
  if (end_ - begin_ > max_line_bytes_ + 3) {  // What is there already will not be used.
    too_long_ = true;
    bytes_ += end_ - begin_;
    begin_ = end_;
  }
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  scanned_ = end_;
  if (buffer_.size() - end_ < kChunk) buffer_.resize(std::max(2 * buffer_.size(), end_ + kChunk));
  for (;;) {
    if (auto ready = wait_readable(stop, until); !ready) return ready;
    const auto count = ::read(input_.number(), buffer_.data() + end_, buffer_.size() - end_);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return system_error("cannot be read", errno);
    at_end_ = count == 0;
    end_ += static_cast<std::size_t>(count);
    return {};
  }
}

Result<std::optional<std::string_view>> LineReader::next(const std::stop_token& stop, Clock::Steady until) {
  for (;;) {
    if (const auto newline = find_newline()) return take(*newline - begin_, 1);
    if (at_end_) break;
    if (auto filled = fill(stop, until); !filled) return std::unexpected(std::move(filled.error()));
  }
  if (begin_ == end_ && !too_long_) return std::nullopt;
  return take(end_ - begin_, 0);
}

}  // namespace kinesight::stream
