// A place for code that reads what strangers sent: processes of their own, without network, files, secrets or
// the right to start others, with limits on time and memory. A crash there is an error here.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight {

/// What a sandbox can do: a function that runs in a process of its own. It gets the request's bytes and the
/// files that came with it (open descriptors, read or write as they were opened) and gives an answer. It can
/// open nothing.
struct SandboxJob {
  std::string_view name;
  Result<std::string> (*run)(std::string_view request, std::span<const int> files);
};

/// What one job may use.
struct SandboxLimits {
  std::size_t memory_bytes =
      256UL * 1024 * 1024;  ///< Address space beyond what the program has mapped at the start.
  std::size_t file_bytes = 4UL * 1024 * 1024 * 1024;  ///< The longest file that it may write.
  Clock::Duration time = std::chrono::minutes(2);     ///< Of processor and of the clock, each.
};

/// Starts a job's process when asked. Safe for any number of threads.
///
/// start() forks a small process that forks one a job: it must be called while the program has one thread,
/// and, so that no secret is in its memory, before any is read. It overwrites its copy of the environment,
/// and ends with the program, whatever ends that. Should something else end it (a person, the kernel), run()
/// gives unavailable from then on: a program that has threads cannot make a clean copy of itself again, so it
/// should end and be started anew.
///
/// A job can compute, and read and write the files it was given. What else it asks the system for (a socket,
/// a process, a signal) ends it; to open a file fails. Linux 4.14 or later with seccomp; no privilege and no
/// user namespace is needed.
class Sandbox {
 public:
  /// Tries a job before it returns. Errors: invalid (there are threads already), unavailable (no process, no
  /// seccomp, no /proc).
  static Result<std::unique_ptr<Sandbox>> start(std::span<const SandboxJob> jobs);
  virtual ~Sandbox() = default;

  /// Whether jobs can be started; once they can't, they never can again in this program.
  virtual bool ready() const { return true; }

  /// Runs the job and gives its answer: at most 16 MiB, of a request of at most 1 MiB and 250 files. Errors:
  /// those of the job; corrupt (it crashed, used too much or took too long: the input is to blame), invalid
  /// (no such job, a request that is too large, a file that is not open), unavailable (no process can be
  /// started), cancelled. Waits no longer than the limit, once the process lives; ends and reaps it in every
  /// case.
  virtual Result<std::string> run(std::string_view job, std::string_view request, std::span<const int> files,
                                  const SandboxLimits& limits, std::stop_token stop) = 0;
};

}  // namespace kinesight
