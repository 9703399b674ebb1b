#include "base/sandbox.h"

#include <dirent.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <mutex>
#include <vector>

#include "base/sandbox/exchange.h"
#include "base/sandbox/filter.h"
#include "base/sandbox/wire.h"
#include "base/sandbox/zygote.h"

namespace kinesight {
namespace {

using namespace sandbox;

/// A job of our own, by which start() sees that jobs can be started and limited here.
constexpr SandboxJob kProbe{"probe",
                            [](std::string_view, std::span<const int>) -> Result<std::string> { return ""; }};
constexpr timeval kSendPatience{.tv_sec = 30, .tv_usec = 0};

/// 0 when it cannot be known.
int count_threads() {
  DIR* folder = opendir("/proc/self/task");
  if (folder == nullptr) return 0;
  int count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.' ? 1 : 0;
  closedir(folder);
  return count;
}

/// The thread sanitizer has a thread of its own in every program.
#ifdef __SANITIZE_THREAD__
constexpr int kThreadsAtStart = 2;
#else
constexpr int kThreadsAtStart = 1;
#endif

class ZygoteSandbox : public Sandbox {
 public:
  ZygoteSandbox(std::vector<SandboxJob> jobs, Filter filter)
      : jobs_(std::move(jobs)), filter_(std::move(filter)) {}

  ~ZygoteSandbox() override {
    if (zygote_ < 0) return;
    kill(zygote_, SIGKILL);
    while (waitpid(zygote_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  Result<> begin() {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      return fail(ErrorKind::unavailable, "sandbox: cannot make a socket: {}", std::strerror(errno));
    }
    control_.reset(ends[0]);
    const Descriptor zygotes(ends[1]);
    setsockopt(control_.get(), SOL_SOCKET, SO_SNDTIMEO, &kSendPatience, sizeof(kSendPatience));
    const pid_t program = getpid();
    zygote_ = fork();
    if (zygote_ < 0) {
      return fail(ErrorKind::unavailable, "sandbox: cannot start a process: {}", std::strerror(errno));
    }
    if (zygote_ == 0)
      be_zygote({.jobs = jobs_, .filter = &filter_, .control = zygotes.get(), .program = program});
    return {};
  }

  bool ready() const override {
    pollfd control{.fd = control_.get(), .events = 0, .revents = 0};
    poll(&control, 1, 0);  // That it fails (a signal came) says nothing of the other end.
    return (control.revents & (POLLHUP | POLLERR)) == 0;
  }

  Result<std::string> run(std::string_view job, std::string_view request, std::span<const int> files,
                          const SandboxLimits& limits, std::stop_token stop) override {
    const auto found = std::ranges::find(jobs_, job, &SandboxJob::name);
    if (found == jobs_.end()) return fail(ErrorKind::invalid, "sandbox: there is no job '{}'", job);
    if (request.size() > kMaxRequestBytes || files.size() > kMaxFiles) {
      return fail(ErrorKind::invalid,
                  "job '{}': expected a request of at most {} KiB and {} files, found {} and {}", job,
                  kMaxRequestBytes >> 10, kMaxFiles, request.size() >> 10, files.size());
    }
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "job '{}': stopped", job);
    Exchange exchange(found->name, limits);
    const auto socket = exchange.prepare();
    if (!socket) return std::unexpected(socket.error());
    const StartMessage start{.job = static_cast<std::uint32_t>(found - jobs_.begin()),
                             .memory_bytes = limits.memory_bytes,
                             .file_bytes = limits.file_bytes,
                             .cpu_seconds = static_cast<std::uint64_t>(std::ceil(to_seconds(limits.time)))};
    auto begun = order(start, *socket, files);
    if (begun) begun = exchange.await_birth();
    if (!begun) return std::unexpected(begun.error());
    return exchange.talk(request, std::move(stop));
  }

 private:
  Result<> order(StartMessage start, int socket, std::span<const int> files) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxFiles + 1))> control{};
    std::vector<int> descriptors{socket};
    descriptors.insert(descriptors.end(), files.begin(), files.end());
    iovec data{&start, sizeof(start)};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size() * sizeof(int));
    const std::lock_guard lock(mutex_);
    ssize_t sent = -1;
    do {
      sent = sendmsg(control_.get(), &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent == sizeof(start)) return {};
    return refused(errno);
  }

  /// With mutex_ held.
  Result<> refused(int code) {
    if (code == EBADF) return fail(ErrorKind::invalid, "sandbox: a file of a job is not open");
    if (code != EPIPE && code != ECONNRESET && code != ENOTCONN) {
      return fail(ErrorKind::unavailable, "sandbox: no job can be ordered: {}", std::strerror(code));
    }
    if (zygote_ > 0 && waitpid(zygote_, nullptr, WNOHANG) == zygote_) zygote_ = -1;
    return fail(ErrorKind::unavailable,
                "sandbox: the process that starts jobs has ended; only a restart of the program helps");
  }

  const std::vector<SandboxJob> jobs_;
  const Filter filter_;
  std::mutex mutex_;
  Descriptor control_;
  pid_t zygote_ = -1;
};

}  // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::start(std::span<const SandboxJob> jobs) {
  if (const int threads = count_threads(); threads > kThreadsAtStart) {
    return fail(ErrorKind::invalid, "sandbox: expected to be started before any thread, found {} threads",
                threads);
  }
  auto filter = Filter::build();
  if (!filter) return std::unexpected(filter.error());
  std::vector<SandboxJob> table(jobs.begin(), jobs.end());
  table.push_back(kProbe);
  // Where it is ignored the kernel reaps by itself, and gives our job's number to another process.
  struct sigaction on_child{};
  if (sigaction(SIGCHLD, nullptr, &on_child) == 0 && on_child.sa_handler == SIG_IGN)
    std::signal(SIGCHLD, SIG_DFL);
  auto made = std::make_unique<ZygoteSandbox>(std::move(table), std::move(*filter));
  if (auto begun = made->begin(); !begun) return std::unexpected(begun.error());
  const auto probed = made->run(kProbe.name, "", {}, {}, {});
  if (!probed) return std::unexpected(probed.error());
  return made;
}

}  // namespace kinesight
