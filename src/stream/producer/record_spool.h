// What a producer keeps records in between reading and sending, so that they outlive it.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "stream/producer/batcher.h"

namespace kinesight::stream {

/// What waits in a spool.
struct SpoolState {
  std::uint64_t records = 0;
  std::uint64_t bytes = 0;    ///< On disk.
  double oldest_seconds = 0;  ///< For how long the oldest of those that were read() waits.
  std::uint64_t lost = 0;     ///< Records that damage took, since it was opened.
};

/// A queue that outlives the process. append() is for one thread, read() for another, the rest for any.
class RecordSpool {
 public:
  virtual ~RecordSpool() = default;

  /// Returns when the records are safe. While there is no room for them, or the disk takes nothing, it waits.
  /// Errors: cancelled, and those that no wait would mend.
  virtual Result<> append(std::span<const Outgoing> records, const std::stop_token& stop) = 0;
  /// The oldest records that were not read by this process yet, with their places; none when none came for
  /// some time, or `stop` did. Some that were read before must be taken() first, when there are very many.
  virtual Result<std::vector<Outgoing>> read(const std::stop_token& stop) = 0;
  /// The records at `places` are where they are to go, or can never be: they leave the spool.
  virtual void taken(std::span<const std::uint64_t> places) = 0;

  virtual SpoolState state() const = 0;
};

}  // namespace kinesight::stream
