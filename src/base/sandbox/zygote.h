// The process that starts jobs: a copy of the program from before it had threads and secrets.
#pragma once

#include <span>

#include "base/sandbox.h"
#include "base/sandbox/filter.h"

namespace kinesight::sandbox {

/// What the process needs to know.
struct ZygoteDuties {
  std::span<const SandboxJob> jobs;
  const Filter* filter = nullptr;
  int control = -1;  ///< Its end of the control socket.
  int program = -1;  ///< Process id of the program.
};

/// Called in the forked process. It lets go of all that it has of the program, then makes a process of each
/// StartMessage, until the control socket is closed. The job's process is a child of the program, not of this
/// one: the program ends and reaps it, and this process has nothing to remember.
[[noreturn]] void be_zygote(const ZygoteDuties& duties);

}  // namespace kinesight::sandbox
