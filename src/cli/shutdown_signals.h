// SIGTERM and SIGINT as a stop: the first asks for a graceful shutdown, the second ends the process at once.
// SIGHUP, for who wants it, as news of a changed configuration.
#pragma once

#include <signal.h>

#include <functional>
#include <memory>
#include <stop_token>

#include "base/worker.h"

namespace kinesight::cli {

/// Takes the two signals while it lives. Make it before any other thread is started: they inherit the block.
class ShutdownSignals {
 public:
  /// `announce` is called with the first signal's number, on a thread of its own; so is `hangup`, where there
  /// is one, with each SIGHUP, which otherwise ends the process.
  explicit ShutdownSignals(std::function<void(int signal)> announce, std::function<void()> hangup = {});
  ~ShutdownSignals();

  /// Stopped by the first signal.
  std::stop_token token() const { return stop_.get_token(); }

 private:
  void listen(std::stop_token ended);

  const std::function<void(int)> announce_;
  const std::function<void()> hangup_;
  const sigset_t set_;
  std::stop_source stop_;
  std::unique_ptr<Worker> listener_;
};

}  // namespace kinesight::cli
