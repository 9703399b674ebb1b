// Which system calls a job may make.
#pragma once

#include <memory>

#include "base/result.h"

namespace kinesight::sandbox {

/// A seccomp filter: a job may use memory, the descriptors that it has, and the clock. To open a file fails
/// (C libraries do so in passing, and do without); whatever else it tries (a socket, a process, a signal, a
/// change of its own rights) ends it with SIGSYS.
class Filter {
 public:
  /// Error: unavailable (this machine has no seccomp).
  static Result<Filter> build();

  /// From now on, for this process, for ever. Nor can it gain rights by what it executes. 0, or an errno.
  int apply() const;

 private:
  struct Release {
    void operator()(void* context) const;
  };
  explicit Filter(void* context) : context_(context) {}

  std::unique_ptr<void, Release> context_;
};

}  // namespace kinesight::sandbox
