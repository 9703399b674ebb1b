#include "base/sandbox/exchange.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace kinesight::sandbox {
namespace {

/// A process is made in milliseconds. Longer than this is no slow machine.
constexpr Clock::Duration kBirthPatience = std::chrono::seconds(30);

std::string_view reason(int signal) {
  switch (signal) {
    case SIGSYS:
      return "it asked the system for what it may not do";
    case SIGXCPU:
      return "it took more processor time than it may";
    case SIGXFSZ:
      return "it wrote a longer file than it may";
    case SIGKILL:
      return "it was killed, which is what happens when memory runs out";
    default:
      return "it crashed";
  }
}

}  // namespace

Result<int> Exchange::prepare() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return fail(ErrorKind::unavailable, "sandbox: cannot make a socket: {}", std::strerror(errno));
  }
  own_.reset(ends[0]);
  jobs_.reset(ends[1]);
  wake_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (wake_.get() < 0 || fcntl(own_.get(), F_SETFL, O_NONBLOCK) != 0) {
    return fail(ErrorKind::unavailable, "sandbox: cannot make an event: {}", std::strerror(errno));
  }
  return jobs_.get();
}

Result<> Exchange::await_birth() {
  jobs_.reset();  // So that the end of the job is the end of the stream.
  deadline_ = Clock::system().steady() + kBirthPatience;
  BornMessage born;
  const auto read = receive(reinterpret_cast<char*>(&born), sizeof(born));
  if (!read || !*read) {
    return fail(
        ErrorKind::unavailable,
        "sandbox: the process that starts jobs has ended or hangs; only a restart of the program helps");
  }
  if (born.pid <= 0) {
    return fail(ErrorKind::unavailable, "sandbox: no process can be started: {}", std::strerror(born.error));
  }
  pid_ = born.pid;
  return {};
}

Result<std::string> Exchange::talk(std::string_view request, std::stop_token stop) {
  deadline_ = Clock::system().steady() + limits_.time;
  const std::stop_callback wake(stop, [this] { static_cast<void>(eventfd_write(wake_.get(), 1)); });
  return answer(request);
}

/// Returns when the socket is ready.
Result<> Exchange::wait(short events, Clock::Steady deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::system().steady()).count();
    if (left <= 0) {
      return fail(ErrorKind::corrupt, "job '{}': it took longer than {:.1f} s", job_,
                  to_seconds(limits_.time));
    }
    std::array<pollfd, 2> waiting{{{own_.get(), events, 0}, {wake_.get(), POLLIN, 0}}};
    const int ready =
        poll(waiting.data(), waiting.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000)));
    if (ready < 0 && errno != EINTR) {
      return fail(ErrorKind::unavailable, "job '{}': cannot wait: {}", job_, std::strerror(errno));
    }
    if (waiting[1].revents != 0) return fail(ErrorKind::cancelled, "job '{}': stopped", job_);
    if (ready > 0 && waiting[0].revents != 0) return {};
  }
}

/// A job that has gone is no error here: what it said before, or its end, tells more.
Result<> Exchange::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(own_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      if (auto ready = wait(POLLOUT, deadline_); !ready) return ready;
    } else if (errno != EINTR) {
      return {};
    }
  }
  return {};
}

/// False at the end of the stream.
Result<bool> Exchange::receive(char* into, std::size_t length) {
  while (length > 0) {
    if (auto ready = wait(POLLIN, deadline_); !ready) return std::unexpected(ready.error());
    const ssize_t count = recv(own_.get(), into, length, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count <= 0) return false;
    into += count;
    length -= static_cast<std::size_t>(count);
  }
  return true;
}

Result<std::string> Exchange::answer(std::string_view request) {
  const std::uint64_t length = request.size();
  auto sent = send({reinterpret_cast<const char*>(&length), sizeof(length)});
  if (sent) sent = send(request);
  if (!sent) return std::unexpected(sent.error());
  return read_answer();
}

Result<std::string> Exchange::read_answer() {
  AnswerHeader header;
  auto whole = receive(reinterpret_cast<char*>(&header), sizeof(header));
  if (!whole) return std::unexpected(whole.error());
  if (!*whole) return why_it_ended(end());
  // Whoever has taken a job over says what he likes.
  if (header.length > kMaxAnswerBytes || header.kind > static_cast<std::uint32_t>(ErrorKind::cancelled)) {
    return fail(ErrorKind::corrupt, "job '{}': expected an answer of at most {} MiB, found nonsense", job_,
                kMaxAnswerBytes >> 20);
  }
  std::string text(static_cast<std::size_t>(header.length), '\0');
  whole = receive(text.data(), text.size());
  if (!whole) return std::unexpected(whole.error());
  if (!*whole) return why_it_ended(end());
  if (header.is_error == 0) return text;
  return std::unexpected(Error{static_cast<ErrorKind>(header.kind), std::move(text)});
}

/// Ends and reaps the job; what waitpid() says of it. What had begun to end by itself ends as it would have.
int Exchange::end() {
  if (pid_ < 0) return 0;
  kill(pid_, SIGKILL);
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

Result<std::string> Exchange::why_it_ended(int status) const {
  if (!WIFSIGNALED(status)) {
    return fail(ErrorKind::corrupt, "job '{}': it ended without an answer (exit status {})", job_,
                WEXITSTATUS(status));
  }
  const char* name = sigabbrev_np(WTERMSIG(status));
  return fail(ErrorKind::corrupt, "job '{}': {} (SIG{})", job_, reason(WTERMSIG(status)), name ? name : "?");
}

}  // namespace kinesight::sandbox
