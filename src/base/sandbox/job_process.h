// The process of one job.
#pragma once

#include <span>

#include "base/sandbox.h"
#include "base/sandbox/filter.h"
#include "base/sandbox/wire.h"

namespace kinesight::sandbox {

/// Tells its process id, takes away its own rights, reads the request, runs the job and tells the answer.
/// `socket` and `files` are all the descriptors it has, but for the first three, which lead nowhere.
[[noreturn]] void be_job(const SandboxJob& job, const StartMessage& start, const Filter& filter, int socket,
                         std::span<const int> files);

}  // namespace kinesight::sandbox
