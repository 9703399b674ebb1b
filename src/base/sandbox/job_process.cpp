#include "base/sandbox/job_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <new>
#include <string>

namespace kinesight::sandbox {
namespace {

/// Descriptors with numbers from this on cannot be made; those that are open stay.
#ifdef __SANITIZE_ADDRESS__
constexpr std::uint64_t kMaxDescriptors = 1024;  // See Filter: pipes.
#else
constexpr std::uint64_t kMaxDescriptors = 0;
#endif

/// How much address space this process has, in bytes; 0 when it cannot be known.
std::uint64_t mapped_bytes() {
  const Descriptor file(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  char text[64];
  const ssize_t length = file.get() < 0 ? -1 : read(file.get(), text, sizeof(text));
  std::uint64_t pages = 0;
  if (length > 0) std::from_chars(text, text + length, pages);
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// When memory gets short the kernel shall end a job before the program.
void offer_to_the_oom_killer() {
  const Descriptor file(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (file.get() >= 0) static_cast<void>(write_all(file.get(), "1000", 4));
}

bool limit(int what, std::uint64_t to) {
  rlimit value{};
  if (getrlimit(static_cast<__rlimit_resource>(what), &value) != 0) return false;
  value.rlim_max = std::min<rlim_t>(value.rlim_max, to);
  value.rlim_cur = value.rlim_max;
  return setrlimit(static_cast<__rlimit_resource>(what), &value) == 0;
}

Result<> give_up_rights(const StartMessage& start, const Filter& filter) {
  offer_to_the_oom_killer();
  const std::uint64_t mapped = mapped_bytes();
  if (mapped == 0)
    return fail(ErrorKind::unavailable, "expected to read /proc/self/statm; is /proc mounted?");
  const bool limited = limit(RLIMIT_AS, mapped + start.memory_bytes) &&
                       limit(RLIMIT_FSIZE, start.file_bytes) && limit(RLIMIT_CPU, start.cpu_seconds) &&
                       limit(RLIMIT_CORE, 0) && limit(RLIMIT_NPROC, 0) &&
                       limit(RLIMIT_NOFILE, kMaxDescriptors);
  if (!limited) return fail(ErrorKind::unavailable, "cannot limit a process: {}", std::strerror(errno));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(ErrorKind::unavailable, "cannot set no_new_privs: {}", std::strerror(errno));
  }
  if (const int code = filter.apply(); code != 0) {
    return fail(ErrorKind::unavailable, "cannot set a seccomp filter: {}; does the container allow seccomp?",
                std::strerror(code));
  }
  return {};
}

Result<std::string> run(const SandboxJob& job, std::string_view request, std::span<const int> files) {
  try {
    return job.run(request, files);
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::corrupt, "it needs more memory than it may have");
  } catch (const std::exception& error) {
    return fail(ErrorKind::corrupt, "it ended with an exception: {}", error.what());
  }
}

void tell(int socket, const Result<std::string>& answer) {
  const std::string& text = answer ? *answer : answer.error().message;
  AnswerHeader header;
  header.length = text.size();
  header.is_error = answer ? 0 : 1;
  header.kind = answer ? 0 : static_cast<std::uint32_t>(answer.error().kind);
  static_cast<void>(write_all(socket, &header, sizeof(header)) &&
                    write_all(socket, text.data(), text.size()));
}

}  // namespace

void be_job(const SandboxJob& job, const StartMessage& start, const Filter& filter, int socket,
            std::span<const int> files) {
  const BornMessage born{.pid = getpid(), .error = 0};
  if (!write_all(socket, &born, sizeof(born))) _exit(1);
  if (const auto given_up = give_up_rights(start, filter); !given_up) {
    tell(socket, std::unexpected(given_up.error()));
    _exit(1);
  }
  std::uint64_t length = 0;
  if (!read_all(socket, &length, sizeof(length)) || length > kMaxRequestBytes) _exit(1);
  std::string request(static_cast<std::size_t>(length), '\0');
  if (!read_all(socket, request.data(), request.size())) _exit(1);
  tell(socket, run(job, request, files));
  _exit(0);
}

}  // namespace kinesight::sandbox
