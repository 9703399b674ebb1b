#include "base/sandbox/filter.h"

#include <seccomp.h>
#include <sys/mman.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace kinesight::sandbox {
namespace {

/// None of these reaches anything but the process's own memory and its open descriptors. To send signals is
/// not among them: a job has the user of the program, which it could end. Nor is stat, which takes names.
constexpr int kAllowed[] = {
    // Descriptors.
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(preadv), SCMP_SYS(write), SCMP_SYS(writev),
    SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(ftruncate),
    SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(fadvise64), SCMP_SYS(close),
    // Memory; mmap and mprotect see below.
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    // Time.
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(restart_syscall),
    // Itself.
    SCMP_SYS(futex), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group)};

/// The undefined-behaviour sanitizer asks whether an address can be read by writing from it into a pipe.
#ifdef __SANITIZE_ADDRESS__
constexpr int kAllowedToSanitizers[] = {SCMP_SYS(pipe), SCMP_SYS(pipe2)};
#else
constexpr std::array<int, 0> kAllowedToSanitizers;
#endif

/// What is refused without ending the process, and how.
struct Refusal {
  int call;
  std::uint32_t with;
};
constexpr Refusal kRefused[] = {{SCMP_SYS(open), EACCES},
                                {SCMP_SYS(openat), EACCES},
                                {SCMP_SYS(newfstatat), EACCES},
                                {SCMP_SYS(readlink), EACCES},
                                {SCMP_SYS(ioctl), ENOTTY}};

int add_rules(scmp_filter_ctx context) {
  for (const int call : kAllowed) {
    if (const int code = seccomp_rule_add(context, SCMP_ACT_ALLOW, call, 0); code < 0) return code;
  }
  for (const int call : kAllowedToSanitizers) {
    if (const int code = seccomp_rule_add(context, SCMP_ACT_ALLOW, call, 0); code < 0) return code;
  }
  for (const Refusal& refusal : kRefused) {
    if (const int code = seccomp_rule_add(context, SCMP_ACT_ERRNO(refusal.with), refusal.call, 0); code < 0)
      return code;
  }
  for (const int call : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    const int code = seccomp_rule_add(context, SCMP_ACT_ALLOW, call, 1,
                                      SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));  // Nothing that can be run.
    if (code < 0) return code;
  }
  return 0;
}

}  // namespace

void Filter::Release::operator()(void* context) const { seccomp_release(context); }

Result<Filter> Filter::build() {
  Filter filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  const int code = filter.context_ == nullptr ? -ENOSYS : add_rules(filter.context_.get());
  if (code == 0) return filter;
  return fail(ErrorKind::unavailable,
              "sandbox: cannot make a seccomp filter: {}; Linux 4.14 or later is needed",
              std::strerror(-code));
}

int Filter::apply() const { return -seccomp_load(context_.get()); }

}  // namespace kinesight::sandbox
