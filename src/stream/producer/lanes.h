// Several requests at once, and a bounded queue before each.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "stream/producer/batcher.h"

namespace kinesight::stream {

/// in_flight Batchers, each on a thread of its own. The records of a key all go through the same one, in the
/// order in which they were pushed. `sink` and `clock` outlive it; `on_failed` is called from any of the
/// threads, by one at a time, and `on_taken` from any.
class Lanes {
 public:
  Lanes(const ProducerOptions& options, RecordSink& sink, Clock& clock, Rng rng, OnFailed on_failed,
        const OnTaken& on_taken = {});
  /// Stops at once; close() before it sends what waits.
  ~Lanes();

  /// Waits while the key's queue is full. Errors: cancelled, and what ended the lanes, as Batcher::add().
  Result<> push(Outgoing record, const std::stop_token& stop);
  /// Sends whatever waits, and returns when that is done, or `stop` came. Takes no more records. Errors: as
  /// push().
  Result<> close(const std::stop_token& stop);
  /// What ended them, if anything did.
  Result<> failure() const;
  /// Of all lanes together.
  ProducerCounts counts() const;

 private:
  struct Lane;

  void run(Lane& lane, const std::stop_token& stop);
  Clock::Duration patience(const Batcher& batcher) const;
  Result<> step(Lane& lane, bool& open, const std::stop_token& stop);
  void end(Error why);

  const ProducerOptions options_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  ///< The first; it ends all lanes.
  std::stop_source stop_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace kinesight::stream
