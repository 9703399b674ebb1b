// How far the KCL may be told that a shard was read: never past a record of a window that is still open, so
// that whoever takes the shard over is given all records of the windows that it has to build again. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "stream/shards/position.h"

namespace kinesight::stream::multilang {

/// Used by one thread.
class HeldBack {
 public:
  /// At most so many batches are told apart; then neighbours are taken together.
  static constexpr std::size_t kMostBatches = 1024;

  /// A batch up to the record `at` was processed; the last window that was open then, whatever opened it,
  /// ends at `until_ms`.
  void add(Position at, std::int64_t until_ms);
  /// All windows up to `ended_ms` have ended, and that is durable: up to where the records are done with.
  /// Nothing when there is no more to say than the last time.
  std::optional<Position> release(std::int64_t ended_ms);

  std::size_t size() const { return batches_.size(); }

 private:
  struct Batch {
    Position at;
    std::int64_t until_ms = 0;
  };

  void take_neighbours_together();

  std::deque<Batch> batches_;
};

}  // namespace kinesight::stream::multilang
