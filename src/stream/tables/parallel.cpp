#include "stream/tables/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>

namespace kinesight::stream {
namespace {

/// What the threads of one run() share.
struct Shared {
  const std::size_t count;
  const Pool::Work& work;
  std::stop_source ended{};
  std::atomic<std::size_t> next{0};
  std::atomic<std::size_t> done{0};
  std::mutex mutex{};
  Result<> outcome{};
  std::size_t helping = 0;  ///< Threads that may still look at this.
  std::condition_variable left{};
};

/// A thread that stands by must outlive what goes wrong on it.
Result<> call(const Shared& shared, std::size_t which) {
  try {
    return shared.work(which, shared.ended.get_token());
  } catch (const std::exception& error) {
    return fail(ErrorKind::unavailable, "writing into a table: {}", error.what());
  }
}

void take_part(Shared& shared) {
  while (!shared.ended.stop_requested()) {
    const std::size_t mine = shared.next++;
    if (mine >= shared.count) return;
    auto done = call(shared, mine);
    if (done) {
      ++shared.done;
      continue;
    }
    const std::lock_guard lock(shared.mutex);
    if (shared.outcome) shared.outcome = std::move(done);
    shared.ended.request_stop();
  }
}

void help(Shared& shared) {
  take_part(shared);
  const std::lock_guard lock(shared.mutex);
  --shared.helping;
  shared.left.notify_one();  // Under the lock: whoever waits may take it away at once.
}

}  // namespace

Pool::Pool(std::size_t threads) : jobs_(threads, WhenFull::block) {
  for (std::size_t i = 1; i < threads; ++i) {
    helpers_.push_back(std::make_unique<Worker>("tables", [this](const std::stop_token& stop) {
      while (const auto job = jobs_.pop(stop)) (*job)();
    }));
  }
}

Result<> Pool::run(std::size_t count, const Work& work, std::stop_token stop) {
  Shared shared{.count = count, .work = work};
  const std::stop_callback pass_on(stop, [&] { shared.ended.request_stop(); });
  const std::size_t helpers = count > 1 ? std::min(helpers_.size(), count - 1) : 0;
  shared.helping = helpers;
  for (std::size_t i = 0; i < helpers; ++i) jobs_.push([&] { help(shared); });
  take_part(shared);
  std::unique_lock lock(shared.mutex);
  shared.left.wait(lock, [&] { return shared.helping == 0; });
  if (!shared.outcome) return std::move(shared.outcome);
  if (shared.done == count) return {};
  return fail(ErrorKind::cancelled, "stopped before all was done");
}

}  // namespace kinesight::stream
