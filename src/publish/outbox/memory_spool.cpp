#include "publish/outbox/memory_spool.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "publish/outbox/doorbell.h"

namespace kinesight::publish {

using namespace outbox;

struct MemorySpool::Impl {
  Impl(std::size_t most_entries, std::size_t most_bytes, Clock& used_clock)
      : max_entries(std::max<std::size_t>(most_entries, 1)), max_bytes(most_bytes), clock(used_clock) {}

  bool full(std::size_t more) const {
    return entries.size() >= max_entries || (!entries.empty() && held_bytes + more > max_bytes);
  }
  bool has(std::size_t enough) const {
    return entries.size() >= std::min(enough, max_entries) || (!entries.empty() && waiting > 0);
  }

  const std::size_t max_entries;
  const std::size_t max_bytes;
  Clock& clock;
  mutable std::mutex mutex;
  std::condition_variable_any room;
  std::deque<Entry> entries;
  std::size_t held_bytes = 0;
  std::uint64_t last = 0;
  std::size_t wanted = 0;  // How many the drain waits for; 0: it does not wait.
  int waiting = 0;         // For room: then no larger batch will come.
  Doorbell bell;
  std::atomic<std::uint64_t> buried{0};
};

MemorySpool::MemorySpool(std::size_t max_entries, std::size_t max_bytes, Clock& clock)
    : impl_(std::make_unique<Impl>(max_entries, max_bytes, clock)) {}

MemorySpool::~MemorySpool() = default;

bool MemorySpool::push(std::span<Entry> entries, std::stop_token stop) {
  std::unique_lock lock(impl_->mutex);
  for (auto& entry : entries) {
    const std::size_t bytes = entry.payload.size();
    if (impl_->full(bytes)) {
      ++impl_->waiting;
      impl_->bell.ring();
      const bool room = impl_->room.wait(lock, stop, [&] { return !impl_->full(bytes); });
      --impl_->waiting;
      if (!room) return false;
    }
    entry.sequence = ++impl_->last;
    impl_->held_bytes += bytes;
    impl_->entries.push_back(std::move(entry));
  }
  const bool ring = impl_->wanted > 0 && impl_->has(impl_->wanted);
  if (ring) impl_->wanted = 0;
  lock.unlock();
  if (ring) impl_->bell.ring();
  return true;
}

std::uint64_t MemorySpool::buried() const { return impl_->buried.load(); }

Result<> MemorySpool::read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) {
  {
    std::lock_guard lock(impl_->mutex);
    auto& entries = impl_->entries;
    for (std::size_t bytes = 0; max_entries > 0 && bytes < max_bytes && !entries.empty(); --max_entries) {
      bytes += entries.front().payload.size();
      impl_->held_bytes -= entries.front().payload.size();
      into.push_back(std::move(entries.front()));
      entries.pop_front();
    }
    if (impl_->waiting == 0) return {};
  }
  impl_->room.notify_all();
  return {};
}

void MemorySpool::wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) {
  const std::stop_callback stopped(stop, [this] { impl_->bell.ring(); });
  const auto wake = impl_->bell.arm();
  {
    std::lock_guard lock(impl_->mutex);
    if (stop.stop_requested() || impl_->has(enough)) return;
    impl_->wanted = enough;
  }
  sleep_until(impl_->clock, deadline, wake);
  std::lock_guard lock(impl_->mutex);
  impl_->wanted = 0;
}

std::uint64_t MemorySpool::last() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->last;
}

Result<> MemorySpool::sending(std::span<const std::uint64_t>) { return {}; }

Result<> MemorySpool::settle(std::span<const std::uint64_t>, std::span<const std::uint64_t>) { return {}; }

Result<> MemorySpool::bury(const Entry&, const Error&, int) {
  ++impl_->buried;
  return {};
}

bool MemorySpool::maybe_sent(std::uint64_t) const { return false; }

}  // namespace kinesight::publish
