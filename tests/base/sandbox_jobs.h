// What the tests of the sandbox have done in it: well-behaved jobs, and those that try all sorts of things.
#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>

#include "base/sandbox.h"

namespace kinesight::test {

using Answer = Result<std::string>;
using Files = std::span<const int>;

/// Set after the sandbox was started.
inline std::string learned_later = "nothing yet";

inline Answer echo(std::string_view request, Files) { return std::string(request); }
inline Answer refuse(std::string_view request, Files) { return fail(ErrorKind::not_found, "no {}", request); }
inline Answer throw_something(std::string_view, Files) { throw std::runtime_error("something"); }
inline Answer give_up(std::string_view, Files) { std::abort(); }
inline Answer leave(std::string_view, Files) { _exit(7); }
inline Answer loop(std::string_view, Files) {
  for (const volatile int i = 0;;) static_cast<void>(i);
}
inline Answer sleep_long(std::string_view, Files) {
  for (;;) usleep(100'000);
}
inline Answer allocate(std::string_view request, Files) {
  std::size_t bytes = 0;
  std::from_chars(request.data(), request.data() + request.size(), bytes);
  std::string much(bytes, 'x');
  return std::to_string(much.size());
}
inline Answer map_much(std::string_view, Files) {
  void* at = mmap(nullptr, std::size_t{10} << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? std::strerror(errno) : "mapped";
}
inline Answer map_code(std::string_view, Files) {
  return mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
             ? "no"
             : "mapped";
}
inline Answer open_file(std::string_view request, Files) {
  const int fd = open(std::string(request).c_str(), O_RDONLY);
  return fd >= 0 ? "opened" : std::strerror(errno);
}
inline Answer connect(std::string_view, Files) {
  return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? "connected" : "refused";
}
inline Answer fork_one(std::string_view, Files) {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  return pid > 0 ? "forked" : "refused";
}
inline Answer execute(std::string_view, Files) {
  char name[] = "/bin/true";
  char* arguments[] = {name, nullptr};
  execve(name, arguments, nullptr);
  return "refused";
}
inline Answer kill_parent(std::string_view, Files) { return kill(getppid(), 0) == 0 ? "could" : "refused"; }
inline Answer unlimit(std::string_view, Files) {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  return setrlimit(RLIMIT_AS, &all) == 0 ? "could" : "refused";
}
inline Answer write_long(std::string_view, Files files) {
  const std::string block(1 << 20, 'x');
  for (int i = 0; i < 64; ++i) {
    if (write(files[0], block.data(), block.size()) < 0) return fail(ErrorKind::unavailable, "write failed");
  }
  return "written";
}
inline Answer copy(std::string_view, Files files) {
  char bytes[64];
  const ssize_t count = pread(files[0], bytes, sizeof(bytes), 2);
  if (count < 0 || pwrite(files[1], bytes, static_cast<std::size_t>(count), 1) != count) {
    return fail(ErrorKind::unavailable, "copy failed");
  }
  return std::to_string(count);
}
inline Answer read_environment(std::string_view, Files) {
  std::string all;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) all += *entry;
  return all;
}
/// The address of a C string.
inline Answer read_memory(std::string_view request, Files) {
  std::uintptr_t address = 0;
  std::from_chars(request.data(), request.data() + request.size(), address);
  return std::string(reinterpret_cast<const char*>(address));
}
inline Answer read_global(std::string_view, Files) { return learned_later; }
inline Answer speak_long(std::string_view, Files) { return std::string(17 << 20, 'x'); }
inline Answer lie(std::string_view, Files) {
  // The job's socket is the first one behind the standard ones.
  const std::string nonsense(64, '\xff');
  for (int fd = 3; fd < 16; ++fd) static_cast<void>(write(fd, nonsense.data(), nonsense.size()));
  return "";
}
inline Answer count_descriptors(std::string_view, Files) {
  int count = 0;
  for (int fd = 0; fd < 1024; ++fd) count += lseek(fd, 0, SEEK_CUR) >= 0 || errno != EBADF ? 1 : 0;
  return std::to_string(count);
}

inline constexpr SandboxJob kJobs[] = {{"echo", echo},
                                       {"refuse", refuse},
                                       {"throw", throw_something},

                                       {"abort", give_up},
                                       {"leave", leave},
                                       {"loop", loop},
                                       {"sleep", sleep_long},
                                       {"allocate", allocate},
                                       {"map much", map_much},
                                       {"map code", map_code},
                                       {"open", open_file},
                                       {"connect", connect},
                                       {"fork", fork_one},
                                       {"execute", execute},
                                       {"kill parent", kill_parent},
                                       {"unlimit", unlimit},
                                       {"write long", write_long},
                                       {"copy", copy},
                                       {"environment", read_environment},
                                       {"memory", read_memory},
                                       {"global", read_global},
                                       {"speak long", speak_long},
                                       {"lie", lie},
                                       {"count descriptors", count_descriptors}};

}  // namespace kinesight::test
