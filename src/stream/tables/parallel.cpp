#include "stream/tables/parallel.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <mutex>

#include "base/worker.h"

namespace kinesight::stream {
namespace {

/// What all threads share.
struct Shared {
  std::stop_source ended;
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  std::mutex mutex;
  Result<> outcome;
};

void run(Shared& shared, std::size_t count,
         const std::function<Result<>(std::size_t, std::stop_token)>& work) {
  while (!shared.ended.stop_requested()) {
    const std::size_t mine = shared.next++;
    if (mine >= count) return;
    auto done = work(mine, shared.ended.get_token());
    if (done) {
      ++shared.done;
      continue;
    }
    const std::lock_guard lock(shared.mutex);
    if (shared.outcome) shared.outcome = std::move(done);
    shared.ended.request_stop();
  }
}

}  // namespace

Result<> in_parallel(std::size_t count, std::size_t threads,
                     const std::function<Result<>(std::size_t, std::stop_token)>& work,
                     std::stop_token stop) {
  Shared shared;
  const std::stop_callback pass_on(stop, [&] { shared.ended.request_stop(); });
  {
    std::deque<Worker> helpers;
    for (std::size_t i = 1; i < std::min(threads, count); ++i)
      helpers.emplace_back("tables", [&](std::stop_token) { run(shared, count, work); });
    run(shared, count, work);
  }
  if (!shared.outcome) return std::move(shared.outcome);
  if (shared.done == count) return {};
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped before all was done");
  return fail(ErrorKind::unavailable, "a thread that wrote into a table has ended");
}

}  // namespace kinesight::stream
