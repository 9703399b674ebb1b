#include "base/sandbox/zygote.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "base/sandbox/job_process.h"
#include "base/sandbox/wire.h"

namespace kinesight::sandbox {
namespace {

constexpr int kControl = 3;

/// Where the kernel put the environment when the program was started: fields 50 and 51 of proc(5)'s stat.
/// Names may have been set anew since, which leaves the old value there.
void overwrite_first_environment() {
  std::FILE* file = std::fopen("/proc/self/stat", "re");
  if (file == nullptr) return;
  std::array<char, 2048> text{};
  const std::size_t length = std::fread(text.data(), 1, text.size() - 1, file);
  std::fclose(file);
  const std::string_view stat(text.data(), length);
  const auto name_end = stat.rfind(')');  // A name may hold spaces.
  if (name_end == std::string_view::npos) return;
  const char* at = stat.data() + name_end;
  for (int field = 2; field < 50 && at != nullptr; ++field) at = std::strchr(at + 1, ' ');
  unsigned long begin = 0;
  unsigned long end = 0;
  if (at == nullptr || std::sscanf(at, "%lu %lu", &begin, &end) != 2 || begin == 0 || end < begin) return;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel tells addresses as numbers.
  std::memset(reinterpret_cast<void*>(begin), 0, end - begin);
}

void forget_environment() {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::memset(*entry, 0, std::strlen(*entry));
    *entry = nullptr;
  }
  overwrite_first_environment();
}

/// All but the control socket, which becomes number 3. The first three lead nowhere.
void close_descriptors(int control) {
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {0, 1, 2}) {
    if (nowhere < 0 || dup2(nowhere, standard) < 0) close(standard);
  }
  if (control != kControl && dup3(control, kControl, O_CLOEXEC) < 0) _exit(1);
  if (syscall(SYS_close_range, kControl + 1U, ~0U, 0U) == 0) return;
  // Linux before 5.9.
  const long last = std::clamp(sysconf(_SC_OPEN_MAX), 1024L, 1L << 20);
  for (int fd = kControl + 1; fd < last; ++fd) close(fd);
}

void set_signals() {
  for (int signal = 1; signal < NSIG; ++signal) std::signal(signal, SIG_DFL);
  // What is sent to the whole group is for the program, which then closes the control socket.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGTSTP}) std::signal(signal, SIG_IGN);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Ends with the program, whatever ends that.
void end_with(int program) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != program) _exit(0);
}

struct Order {
  StartMessage start;
  std::vector<int> descriptors;  ///< The job's socket, its files.
};

enum class Received { order, nonsense, end };

Received receive(Order& order) {
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * (kMaxFiles + 1))> control{};
  iovec data{&order.start, sizeof(order.start)};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t length = recvmsg(kControl, &message, MSG_CMSG_CLOEXEC);
  if (length < 0)
    return errno == EINTR || errno == ENOMEM || errno == ENOBUFS ? Received::nonsense : Received::end;
  if (length == 0) return Received::end;
  for (const cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    order.descriptors.resize((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(order.descriptors.data(), CMSG_DATA(part), order.descriptors.size() * sizeof(int));
  }
  const bool whole = length == sizeof(order.start) && (message.msg_flags & MSG_CTRUNC) == 0;
  return whole && !order.descriptors.empty() ? Received::order : Received::nonsense;
}

void carry_out(const Order& order, const ZygoteDuties& duties) {
  const int socket = order.descriptors.front();
  // fork(), but that the new process is the program's child. There are no threads and no handlers of fork to
  // mind.
  const long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  if (pid < 0) {
    const BornMessage born{.pid = -1, .error = errno};
    static_cast<void>(write_all(socket, &born, sizeof(born)));
  }
  if (pid != 0) return;
  close(kControl);
  end_with(duties.program);
  be_job(duties.jobs[order.start.job], order.start, *duties.filter, socket,
         std::span(order.descriptors).subspan(1));
}

}  // namespace

void be_zygote(const ZygoteDuties& duties) {
  end_with(duties.program);
  tzset();  // Reads files, which libraries would otherwise try in a job that makes a text of a date.
  forget_environment();
  close_descriptors(duties.control);
  set_signals();
  prctl(PR_SET_NAME, "sandbox");
  for (;;) {
    Order order;
    const Received received = receive(order);
    if (received == Received::end) _exit(0);
    if (received == Received::order && order.start.job < duties.jobs.size()) carry_out(order, duties);
    for (const int descriptor : order.descriptors) close(descriptor);
  }
}

}  // namespace kinesight::sandbox
