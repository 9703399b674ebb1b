// Where the records of a stream come from.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/error.h"
#include "aws/services/kinesis.h"
#include "aws/services/kinesis_reading.h"

namespace kinesight::stream {

/// One stream, as Kinesis serves it; each call is one try. Safe for any number of threads.
class ShardSource {
 public:
  virtual ~ShardSource() = default;

  /// All shards that are there, closed ones too.
  virtual aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token stop) = 0;
  /// An iterator of a shard.
  virtual aws::CallResult<std::string> iterator(const std::string& shard, const aws::IteratorStart& start,
                                                std::stop_token stop) = 0;
  /// What comes next there, at most `limit` records.
  virtual aws::CallResult<aws::RecordsPage> records(const std::string& iterator, int limit,
                                                    std::stop_token stop) = 0;
};

/// A stream of Kinesis Data Streams.
class KinesisShards final : public ShardSource {
 public:
  KinesisShards(aws::Kinesis kinesis, std::string stream)
      : kinesis_(std::move(kinesis)), stream_(std::move(stream)) {}

  aws::CallResult<std::vector<aws::Shard>> shards(std::stop_token stop) override {
    return kinesis_.list_shards(stream_, std::move(stop));
  }
  aws::CallResult<std::string> iterator(const std::string& shard, const aws::IteratorStart& start,
                                        std::stop_token stop) override {
    return kinesis_.shard_iterator(stream_, shard, start, std::move(stop));
  }
  aws::CallResult<aws::RecordsPage> records(const std::string& iterator, int limit,
                                            std::stop_token stop) override {
    return kinesis_.get_records(iterator, limit, std::move(stop));
  }

 private:
  const aws::Kinesis kinesis_;
  const std::string stream_;
};

}  // namespace kinesight::stream
