// SIGTERM and SIGINT as a stop: the first asks for a graceful shutdown, the second ends the process at once.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "base/worker.h"

namespace kinesight::cli {

/// Takes the two signals while it lives. Make it before any other thread is started: they inherit the block.
class ShutdownSignals {
 public:
  /// `announce` is called with the first signal's number, on a thread of its own.
  explicit ShutdownSignals(std::function<void(int signal)> announce);
  ~ShutdownSignals();

  /// Stopped by the first signal.
  std::stop_token token() const { return stop_.get_token(); }

 private:
  void listen(std::stop_token ended, const std::function<void(int)>& announce);

  std::stop_source stop_;
  std::unique_ptr<Worker> listener_;
};

}  // namespace kinesight::cli
