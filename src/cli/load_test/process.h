// A program that runs beside, and what it takes of the machine.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight::cli::load_test {

/// What a process has taken.
struct Usage {
  double cpu_seconds = 0;     ///< Since it began, of all its threads and of its children that have ended.
  double resident_bytes = 0;  ///< Now.
};

/// A child in a process group of its own, so that Ctrl-C reaches its parent alone; gone with its owner, even
/// one that is killed.
class Process {
 public:
  /// Starts `words` with `environment` added to ours; what it prints goes into `output`. Made and let go of
  /// on the same thread. Error: unavailable.
  static Result<Process> start(const std::vector<std::string>& words,
                               const std::map<std::string, std::string>& environment,
                               const std::filesystem::path& output);
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  ~Process();

  bool running();
  /// SIGTERM, and SIGKILL where it is still there after `patience`.
  void stop(Clock::Duration patience);
  /// Nothing when it is gone.
  Usage usage() const;

 private:
  explicit Process(pid_t id) : id_(id) {}
  pid_t id_ = 0;  // 0: gone, and waited for.
};

/// CPU time of all that runs on this machine, since it started: seconds.
double machine_cpu_seconds();

}  // namespace kinesight::cli::load_test
