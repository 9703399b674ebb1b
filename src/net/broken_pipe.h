// Keeps a connection that the other end has closed from ending the process.
#pragma once

#include <csignal>

namespace kinesight::net {

/// Holds SIGPIPE back from this thread while it lives, and discards one that came meanwhile. OpenSSL writes
/// to its sockets without MSG_NOSIGNAL; and whether the process ignores the signal is not ours to decide: the
/// tools that write to a pipe want it.
class BrokenPipeGuard {
 public:
  BrokenPipeGuard();
  ~BrokenPipeGuard();
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;

 private:
  sigset_t before_;
  bool was_pending_;
};

}  // namespace kinesight::net
