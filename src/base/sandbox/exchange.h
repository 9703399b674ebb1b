// The program's side of one job: asked, answered, ended.
#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/sandbox.h"
#include "base/sandbox/wire.h"

namespace kinesight::sandbox {

/// Talks to a job over its socket until there is an answer, the time is over or a stop is requested.
class Exchange {
 public:
  Exchange(std::string_view job, const SandboxLimits& limits) : job_(job), limits_(limits) {}
  /// Ends and reaps the job.
  ~Exchange() { static_cast<void>(end()); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Makes the sockets; the job's end, which the caller passes on. Error: unavailable.
  Result<int> prepare();
  /// The job's end has been passed on: waits until the job lives. Not to be stopped, for a process that comes
  /// to life unseen would be left over. Error: unavailable.
  Result<> await_birth();
  /// Errors: as Sandbox::run().
  Result<std::string> talk(std::string_view request, std::stop_token stop);

 private:
  Result<> wait(short events, Clock::Steady deadline);
  Result<> send(std::string_view bytes);
  Result<bool> receive(char* into, std::size_t length);
  Result<std::string> answer(std::string_view request);
  Result<std::string> read_answer();
  int end();
  Result<std::string> why_it_ended(int status) const;

  const std::string_view job_;
  const SandboxLimits& limits_;
  Descriptor own_;
  Descriptor jobs_;
  Descriptor wake_;  ///< Readable when a stop is requested.
  Clock::Steady deadline_;
  int pid_ = -1;
};

}  // namespace kinesight::sandbox
