// Reads one shard from a position to its end, or until it is told to stop.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "stream/shards/deaggregate.h"
#include "stream/shards/position.h"
#include "stream/shards/shard_source.h"

namespace kinesight::stream {

/// What one answer of the service held. Empty ones are handed over too: they tell that there is nothing.
struct ShardBatch {
  std::string shard;
  std::vector<ShardRecord> records;       ///< In the shard's order. Their views last as long as `storage`.
  Position resume;                        ///< Where to go on once these records are done with.
  std::int64_t millis_behind = 0;         ///< How far the batch's end is from the shard's tip; 0: at the tip.
  std::int64_t asked_ms = 0;              ///< When the service was asked for it: Unix time,
  Clock::Steady asked{};                  ///< and by the clock that never jumps.
  bool gap = false;                       ///< Retention has taken records before it that were not read.
  bool closed = false;                    ///< It is the shard's last.
  std::vector<aws::ChildShard> children;  ///< Of a closed shard, as far as the service names them.
  std::vector<std::shared_ptr<const void>> storage;
};

/// A call that failed.
struct ShardTrouble {
  std::string shard;
  std::string_view call;  ///< "GetShardIterator", "GetRecords"
  const aws::CallError& error;
  int in_a_row = 1;            ///< Calls that have failed since one succeeded.
  Clock::Duration next_try{};  ///< In so long.
};

/// Who gets what is read. Called from the reader's thread.
class ShardSink {
 public:
  virtual ~ShardSink() = default;

  /// Called before the service is asked: waits while there is no room for an answer. What it gives is kept
  /// until the answer has been dealt with, in its batch's storage. Null: the reader stops.
  virtual std::shared_ptr<const void> room(std::stop_token stop) {
    static const int kPlenty = 0;
    return stop.stop_requested() ? nullptr : std::shared_ptr<const void>(std::shared_ptr<void>(), &kPlenty);
  }
  /// May block for as long as it has no room: an iterator that expires meanwhile is renewed. False: the
  /// reader stops, and the batch may not have been taken.
  virtual bool take(ShardBatch batch, std::stop_token stop) = 0;
  /// False: the reader gives up. Not called for iterators that have expired, which are no trouble once.
  virtual bool trouble(const ShardTrouble& trouble) = 0;
};

/// How a shard is read.
struct ShardReaderOptions {
  int page_records = aws::Kinesis::kMaxPageRecords;
  /// From one GetRecords to the next: a shard takes 5 a second, of all its readers together.
  double shortest_pause_seconds = 0.2;
  /// While answers are empty the pause doubles up to this.
  double longest_pause_seconds = 1;
  BackoffPolicy throttled{.initial_seconds = 0.4, .max_seconds = 5, .jitter_low = 0.5, .jitter_high = 1.5};
  BackoffPolicy failed{.initial_seconds = 1, .max_seconds = 30, .jitter_low = 0.5, .jitter_high = 1.5};
};

/// What a reader has done.
struct ShardReaderCounts {
  std::uint64_t calls = 0;       ///< GetRecords that succeeded.
  std::uint64_t empty = 0;       ///< That brought nothing.
  std::uint64_t records = 0;     ///< User records that were handed over.
  std::uint64_t bytes = 0;       ///< Their data.
  std::uint64_t aggregated = 0;  ///< Kinesis records that were taken apart.
  std::uint64_t skipped = 0;     ///< User records before the position.
  std::uint64_t iterators = 0;   ///< That were got.
  /// Calls that failed: "GetRecords ExpiredIteratorException", or the kind of error where AWS names no code.
  std::map<std::string, std::uint64_t> errors;
};

/// How reading ended.
enum class ShardEnd {
  closed,   ///< The shard is closed, and was read to its end.
  stopped,  ///< Somebody asked for it.
};

/// Reads one shard. run() is for one thread; counts() for any.
class ShardReader {
 public:
  /// `source`, `clock` and `sink` outlive the reader.
  ShardReader(ShardSource& source, Clock& clock, ShardSink& sink, Rng rng, ShardReaderOptions options = {});

  /// Reads from `from` on, which has not ended. Throttling, outages and answers that make no sense are waited
  /// out for as long as the sink bears them. Errors: not_found (the shard or stream is gone), invalid (the
  /// position, or twice in a row the iterator, is refused), and whatever the sink gives up on.
  Result<ShardEnd> run(const std::string& shard, const Position& from, std::stop_token stop);

  ShardReaderCounts counts() const;

 private:
  struct Run;

  Result<bool> get_iterator(Run& run);
  Result<bool> get_records(Run& run);
  bool hand_over(Run& run, aws::RecordsPage page, ShardBatch batch);
  static bool lacks_expected(Run& run, const aws::RecordsPage& page);
  void pause_after(Run& run, const ShardBatch& batch) const;
  Result<bool> bear(Run& run, std::string_view call, const aws::CallError& error);
  bool is_final(const Run& run, std::string_view call, const aws::CallError& error) const;
  void count_error(std::string_view call, const aws::CallError& error);

  ShardSource& source_;
  Clock& clock_;
  ShardSink& sink_;
  const ShardReaderOptions options_;
  Backoff throttled_;
  Backoff failed_;
  mutable std::mutex mutex_;
  ShardReaderCounts counts_;
};

}  // namespace kinesight::stream
