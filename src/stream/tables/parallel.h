// The same work for many things, on threads that stand by.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "base/bounded_queue.h"
#include "base/result.h"
#include "base/worker.h"

namespace kinesight::stream {

/// Safe for any number of threads.
class Pool {
 public:
  using Work = std::function<Result<>(std::size_t, std::stop_token)>;

  /// `threads` work at once: one of them is the caller's of run(), the others are started here.
  explicit Pool(std::size_t threads);

  /// Calls `work(i, stop)` for each i from 0 to `count` - 1; over when all calls have ended. The first error
  /// is given back, and stops the others. Error also: cancelled.
  Result<> run(std::size_t count, const Work& work, std::stop_token stop);

 private:
  BoundedQueue<std::function<void()>> jobs_;
  std::vector<std::unique_ptr<Worker>> helpers_;  // The last member: their threads use the queue.
};

}  // namespace kinesight::stream
