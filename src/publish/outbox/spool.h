// Spool: what a drain takes entries from and settles them with. On disk (the outbox) or in memory (a producer
// that does without).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/entry.h"

namespace kinesight::publish {

/// What waits for a sink.
struct Backlog {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;    ///< On disk.
  double oldest_seconds = 0;  ///< For how long the oldest that was read waits.
};

/// One sink's view of a log. Used by one thread (the drain's), beside any number of threads that append; what
/// an Outbox hands out may be settled by any other thread.
class Spool {
 public:
  virtual ~Spool() = default;

  /// Appends to `into` the entries for this sink that follow those already read: at most `max_entries`, and
  /// no further one once `max_bytes` of payload are there. None: nothing waits. Error: corrupt or
  /// unavailable.
  virtual Result<> read(std::size_t max_entries, std::size_t max_bytes, std::vector<Entry>& into) = 0;
  /// Waits until `enough` entries can be read (or so many that no more would fit), `deadline` or `stop`.
  virtual void wait(std::size_t enough, Clock::Steady deadline, std::stop_token stop) = 0;
  /// The sequence of the newest entry of the log. Any thread.
  virtual std::uint64_t last() const = 0;

  /// These are about to be sent. Kept, so that a process that ends before settle() knows afterwards which may
  /// be in the sink.
  virtual Result<> sending(std::span<const std::uint64_t> sequences) = 0;
  /// These were sent: `done` will not be handed out again; `again` will be sent once more, and it is known
  /// that this request did not put them into the sink. The rest of what was marked by sending() stays marked,
  /// and is counted as uncertain when it is sent once more.
  virtual Result<> settle(std::span<const std::uint64_t> done, std::span<const std::uint64_t> again) = 0;
  /// The sink refuses `entry` for good, after `tries`: among the dead letters it goes, and is done.
  virtual Result<> bury(const Entry& entry, const Error& error, int tries) = 0;

  /// Of entries that were read: whether an earlier process may have sent it.
  virtual bool maybe_sent(std::uint64_t sequence) const = 0;
  /// Entries that were lost before they were read, since the process began: the log was full, or damaged.
  /// Any thread.
  virtual std::uint64_t dropped() const = 0;
};

}  // namespace kinesight::publish
