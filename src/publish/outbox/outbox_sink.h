// OutboxSink: a log as one sink sees it, with its cursor on disk. What Outbox::spool() hands out.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "publish/outbox/cursor_file.h"
#include "publish/outbox/dead_letter_store.h"
#include "publish/outbox/doorbell.h"
#include "publish/outbox/log_reader.h"
#include "publish/outbox/progress.h"
#include "publish/outbox/segment_log.h"
#include "publish/outbox/spool.h"
#include "telemetry/telemetry.h"

namespace kinesight::publish::outbox {

/// What a sink of an outbox is made of.
struct SinkSetup {
  std::string sink;
  Stream stream = Stream::events;
  SegmentLog& log;
  DeadLetterStore& dead_letters;
  std::int64_t max_dead_bytes = 0;
  telemetry::Telemetry telemetry;
  Clock& clock;
  std::function<void()> release;  ///< The log has a file that this sink no longer needs.
};

/// read() and wait() are for the drain's thread, the rest for any.
class OutboxSink final : public Spool {
 public:
  OutboxSink(SinkSetup setup, CursorFile cursor, CursorState state);

  /// What an earlier process left: entries that the log lost meanwhile, entries that it buried and had no
  /// time to settle.
  Result<> reconcile();
  /// Hands out again what was handed out and is not done: for a new drain.
  void rewind();

  Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) override;
  void wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) override;
  std::uint64_t last() const override { return setup_.log.next() - 1; }
  Result<> sending(std::span<const std::uint64_t> sequences) override;
  Result<> settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) override;
  Result<> bury(const Entry& entry, const Error& error, int tries) override;
  bool maybe_sent(std::uint64_t sequence) const override;
  std::uint64_t dropped() const override { return dropped_.load(std::memory_order_relaxed); }

  const std::string& name() const { return setup_.sink; }
  /// The first sequence that it still needs; takes no lock.
  std::uint64_t needed() const { return needed_.load(std::memory_order_acquire); }
  /// The log begins at `start` now: keeps that, on the disk with `sync`.
  void retiring(const Boundary& start, bool sync);
  /// There is more to read.
  void appended();
  /// Puts the cursor on the disk, if it was written since.
  void sync();
  Backlog backlog() const;
  /// Moves the gauges.
  void observe();

 private:
  Result<> keep();
  void lose(std::uint64_t count, std::string_view reason);
  void publish_needed();
  bool can_read() const;

  const SinkSetup setup_;
  mutable std::mutex mutex_;  // Of what follows, up to the bell.
  CursorFile cursor_;
  bool unsynced_ = false;
  Progress progress_;
  LogReader reader_;
  std::atomic<std::uint64_t> needed_{0};
  std::atomic<std::uint64_t> read_next_{0};
  std::atomic<std::uint64_t> dropped_{0};
  std::atomic<std::uint64_t> wanted_{UINT64_MAX};  // Rings when the log has as many entries.
  Doorbell bell_;
};

}  // namespace kinesight::publish::outbox
