// Records on their way through a spool.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "base/worker.h"
#include "stream/producer/lanes.h"
#include "stream/producer/record_spool.h"

namespace kinesight::stream {

/// Two threads: one puts what is pushed into the spool, as much at once as came while the disk was busy; the
/// other gives the lanes what is in the spool, the oldest first, what an earlier process left before all.
class Spooler {
 public:
  /// All of them outlive it.
  Spooler(RecordSpool& spool, Lanes& lanes, Clock& clock);
  /// Stops at once: what is in the spool stays there.
  ~Spooler();

  /// Waits while many records are not in the spool yet. Errors: cancelled, and those of the spool and the
  /// lanes, which end it.
  Result<> push(Outgoing record, const std::stop_token& stop);
  /// Returns when the spool is empty, or `stop` came. Takes no more records. Errors: as push().
  Result<> close(const std::stop_token& stop);

  /// Records that are in the spool, or were.
  std::uint64_t kept() const { return kept_; }
  /// Records that were pushed and are not in the spool (yet).
  std::uint64_t unkept() const { return pushed_ - kept_; }

 private:
  void write(const std::stop_token& stop);
  void feed(const std::stop_token& stop);
  void end(Error why);
  Result<> failure() const;

  RecordSpool& spool_;
  Lanes& lanes_;
  Clock& clock_;
  BoundedQueue<Outgoing> queue_;
  std::stop_source stop_;
  std::atomic<std::uint64_t> kept_{0}, pushed_{0};
  mutable std::mutex mutex_;
  std::optional<Error> failure_;           ///< The first; it ends both threads.
  std::optional<Worker> writer_, feeder_;  // The last members: their threads use those above.
};

}  // namespace kinesight::stream
