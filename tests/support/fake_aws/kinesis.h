// Amazon Kinesis Data Streams, API version 2013-12-02, in memory.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "support/fake_aws/kinesis_request.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

/// A range of hash keys, and the records that fell into it.
struct Shard {
  std::string id;
  HashKey first = 0;
  HashKey last = 0;
  std::string parent{};           ///< Empty: it was there from the start.
  std::string adjacent_parent{};  ///< Of a merge.
  std::uint64_t starting_sequence = 0;
  std::optional<std::uint64_t> ending_sequence{};  ///< It is closed.
  std::vector<std::size_t> records{};              ///< Their places in the ledger.

  bool open() const { return !ending_sequence; }

  // What it has taken in the current second.
  std::int64_t second = 0;
  std::size_t records_in_second = 0;
  std::size_t bytes_in_second = 0;
  // How often it was asked in a second.
  std::int64_t asked_second = 0;
  int asked_in_second = 0;
};

struct Stream {
  std::string name;
  bool on_demand = false;
  std::int64_t created = 0;
  int creating = 0;                                           ///< This many descriptions still say CREATING.
  std::vector<Shard> shards;                                  ///< Open and closed, by their ids.
  int next_shard = 0;                                         ///< The number in the next one's id.
  std::unordered_map<std::string, std::size_t> shard_of_key;  ///< Spares most of the MD5.
};

class Kinesis final : public Service {
 public:
  struct Options {
    bool shard_limits = false;            ///< 1,000 records and 1 MiB a second a shard.
    bool read_limits = false;             ///< 5 GetRecords a second a shard.
    int creating = 0;                     ///< Descriptions that say CREATING before a new stream is ACTIVE.
    std::int64_t iterator_seconds = 300;  ///< Life of an iterator.
  };
  Kinesis(World& world, Options options) : world_(world), options_(options) {}

  HttpResponse handle(Call& call) override;
  void reset() override;
  /// As CreateStream does; throws ServiceError.
  void create(const std::string& name, int shards, bool on_demand = false);
  /// Closes a shard and opens two in its place, from its middle; the ids of the two. Throws ServiceError.
  std::vector<std::string> split(const std::string& stream, const std::string& shard);
  /// Closes two neighbours and opens one in their place; its id. Throws ServiceError.
  std::string merge(const std::string& stream, const std::string& shard, const std::string& adjacent);
  /// Forgets a closed shard, as AWS does when its last record is older than the retention.
  void trim(const std::string& stream, const std::string& shard);

 private:
  using Json = nlohmann::json;

  // kinesis.cpp
  void create_stream(const Json& request);
  Json describe_stream_summary(const Json& request);
  Json describe_stream(const Json& request);
  Json list_streams() const;
  Json list_shards(const Json& request);
  Stream& stream_of(const Json& request);
  Stream& stream_named(const std::string& name);

  // kinesis_reshard.cpp
  void split_shard(const Json& request);
  void merge_shards(const Json& request);
  std::vector<std::string> split(Stream& stream, Shard& shard, HashKey at);
  std::string merge(Stream& stream, Shard& shard, Shard& adjacent);
  void close(Shard& shard);
  std::string add_shard(Stream& stream, Shard child);

  // kinesis_put.cpp
  HttpResponse put_records(Call& call);
  HttpResponse put_record(Call& call);
  std::string put(Call& call, Stream& stream, const std::vector<PutEntry>& entries, bool single);
  Shard& shard_of(Stream& stream, const PutEntry& entry);
  const char* refusal(const Call& call, Shard& shard, const PutEntry& entry);
  bool over_limit(Shard& shard, const PutEntry& entry) const;
  void store(Stream& stream, Shard& shard, const PutEntry& entry, const std::string& sequence,
             std::vector<KinesisRecord>& records);

  // kinesis_read.cpp
  Json get_shard_iterator(const Json& request);
  Json get_records(const Json& request);
  std::size_t position_of(const Json& request, const Shard& shard) const;
  void check_read_limit(const Stream& stream, Shard& shard) const;

  World& world_;
  const Options options_;
  std::mutex mutex_;
  std::map<std::string, Stream> streams_;
  std::uint64_t last_sequence_ = 0;
  std::size_t stored_ = 0;  ///< Records in the ledger.
};

/// The shard of that id. Throws ServiceError.
Shard& shard_named(Stream& stream, const std::string& id);

}  // namespace kinesight::support::fake
