// A stream within this process: for trying things out without a cloud.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stream/producer/sink.h"
#include "stream/shards/shard_source.h"

namespace kinesight::stream {

/// Shards that are never split, for any number of producers and one consumer. A shard holds its newest `most`
/// records, and takes no further ones (throttled, as Kinesis says it) while the oldest of these was not read.
/// Sequence numbers are of the time the stream was made, so that a position in an earlier one is before all
/// that is in this one. Safe for any number of threads.
class MemoryStream final : public RecordSink, public ShardSource {
 public:
  static constexpr std::size_t kMost = 50'000;

  /// `clock` outlives it.
  MemoryStream(int shards, Clock& clock, std::size_t most = kMost);

  aws::CallResult<std::vector<aws::PutOutcome>> put(std::span<const aws::PutRecord> records,
                                                    std::stop_token stop) override;
  aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token stop) override;
  aws::CallResult<std::string> iterator(const std::string& shard, const aws::IteratorStart& start,
                                        std::stop_token stop) override;
  aws::CallResult<aws::RecordsPage> records(const std::string& iterator, int limit,
                                            std::stop_token stop) override;

 private:
  struct Held {
    std::uint64_t number = 0;
    std::string key, data, sequence;
    std::int64_t arrived_ms = 0;
  };
  struct Shard {
    std::string id;
    std::deque<std::shared_ptr<const Held>> records;  ///< Their numbers ascend.
    std::uint64_t unread = 0;                         ///< The least number that was never given out.
  };

  Shard* find(std::string_view id);

  Clock& clock_;
  const std::size_t most_;
  std::mutex mutex_;
  std::uint64_t next_;
  std::vector<Shard> shards_;
};

}  // namespace kinesight::stream
