// A named thread with one owner: it is asked to stop and joined when its owner lets go of it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"

namespace kinesight {

/// Runs a function on a thread of its own until the function returns or the owner stops it.
class Worker {
 public:
  /// Starts `run` on a thread named `name` (the system shows its first 15 characters).
  Worker(std::string name, std::function<void(std::stop_token)> run);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  const std::string& name() const { return name_; }
  /// Whether the function is still running.
  bool alive() const { return alive_.load(std::memory_order_acquire); }
  /// What escaped from the function as an exception, if anything did.
  std::optional<Error> failure() const;

  /// Asks the function to end; does not wait.
  void request_stop();
  /// Waits until the function has ended; false when it has not within `patience`.
  bool wait(Clock::Duration patience);

 private:
  void guard(std::stop_token stop, const std::function<void(std::stop_token)>& run);

  const std::string name_;
  std::atomic<bool> alive_{true};
  mutable std::mutex mutex_;
  std::condition_variable_any ended_;
  std::optional<Error> failure_;
  std::jthread thread_;  // The last member: the thread uses the ones above.
};

}  // namespace kinesight
