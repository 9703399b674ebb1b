// Kinesis: GetShardIterator and GetRecords, so that others' clients can read back what was written.
#include <algorithm>

#include "support/fake_aws/encoding.h"
#include "support/fake_aws/kinesis.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxRecords = 10'000;
constexpr std::size_t kMaxBytes = 10 * 1024 * 1024;
constexpr int kCallsASecond = 5;

/// Where a reader is. As text it is what AWS calls an opaque iterator.
struct Iterator {
  std::string stream;
  std::string shard;
  std::size_t position = 0;
  std::int64_t issued_ms = 0;

  std::string to_text() const { return to_base64(Json{stream, shard, position, issued_ms}.dump()); }
  static Iterator from_text(const std::string& text) {
    const Json parts = Json::parse(from_base64(text).value_or(""), nullptr, false);
    if (!parts.is_array() || parts.size() != 4) {
      throw ServiceError(400, "InvalidArgumentException", "Invalid ShardIterator.");
    }
    return {parts[0], parts[1], parts[2], parts[3]};
  }
};

/// The shards that go on where that one ended, as GetRecords names them.
Json children_of(const Stream& stream, const Shard& shard) {
  Json children = Json::array();
  for (const Shard& child : stream.shards) {
    if (child.parent != shard.id && child.adjacent_parent != shard.id) continue;
    Json parents = Json::array({child.parent});
    if (!child.adjacent_parent.empty()) parents.push_back(child.adjacent_parent);
    children.push_back(
        {{"ShardId", child.id},
         {"ParentShards", parents},
         {"HashKeyRange",
          {{"StartingHashKey", to_decimal(child.first)}, {"EndingHashKey", to_decimal(child.last)}}}});
  }
  return children;
}

}  // namespace

std::size_t Kinesis::position_of(const Json& request, const Shard& shard) const {
  const std::string type = request.at("ShardIteratorType");
  if (type == "TRIM_HORIZON") return 0;
  if (type == "LATEST") return shard.records.size();
  return world_.ledger.read([&](const Events& events) {
    const auto record = [&](std::size_t index) -> const KinesisRecord& { return events.records[index]; };
    auto found = shard.records.begin();
    if (type == "AT_TIMESTAMP") {
      const auto from_ms = static_cast<std::int64_t>(request.at("Timestamp").get<double>() * 1000);
      found = std::ranges::lower_bound(shard.records, from_ms, {},
                                       [&](std::size_t index) { return record(index).arrived_ms; });
    } else {
      const std::string sequence = request.at("StartingSequenceNumber");
      found = std::ranges::lower_bound(shard.records, sequence, {},
                                       [&](std::size_t index) { return record(index).sequence_number; });
      const bool after = type == "AFTER_SEQUENCE_NUMBER";
      if (after && found != shard.records.end() && record(*found).sequence_number == sequence) ++found;
    }
    return static_cast<std::size_t>(found - shard.records.begin());
  });
}

Json Kinesis::get_shard_iterator(const Json& request) {
  Stream& stream = stream_of(request);
  const Shard& shard = shard_named(stream, request.at("ShardId"));
  const Iterator iterator{stream.name, shard.id, position_of(request, shard), world_.now_ms()};
  return {{"ShardIterator", iterator.to_text()}};
}

Json Kinesis::get_records(const Json& request) {
  Iterator iterator = Iterator::from_text(request.at("ShardIterator"));
  if (const auto life_ms = options_.iterator_seconds * 1000; world_.now_ms() - iterator.issued_ms > life_ms) {
    throw ServiceError(400, "ExpiredIteratorException",
                       "Iterator expired. The iterator was created more than {} milliseconds ago.", life_ms);
  }
  Stream& stream = stream_named(iterator.stream);
  Shard& shard = shard_named(stream, iterator.shard);
  if (options_.read_limits) check_read_limit(stream, shard);
  const std::size_t limit = std::min(request.value("Limit", kMaxRecords), kMaxRecords);
  Json records = Json::array();
  std::int64_t behind_ms = 0;
  world_.ledger.read([&](const Events& events) {
    for (std::size_t bytes = 0; iterator.position < shard.records.size() && records.size() < limit;) {
      const KinesisRecord& record = events.records[shard.records[iterator.position]];
      bytes += record.data.size();
      if (bytes > kMaxBytes && !records.empty()) break;
      records.push_back({{"PartitionKey", record.partition_key},
                         {"SequenceNumber", record.sequence_number},
                         {"ApproximateArrivalTimestamp", static_cast<double>(record.arrived_ms) / 1000},
                         {"Data", to_base64(record.data)}});
      ++iterator.position;
    }
    if (iterator.position < shard.records.size()) {
      const KinesisRecord& next = events.records[shard.records[iterator.position]];
      behind_ms = std::max<std::int64_t>(world_.now_ms() - next.arrived_ms, 1);
    }
    return 0;
  });
  iterator.issued_ms = world_.now_ms();
  Json answer = {
      {"Records", records}, {"NextShardIterator", iterator.to_text()}, {"MillisBehindLatest", behind_ms}};
  if (!shard.open() && iterator.position == shard.records.size()) {
    answer["NextShardIterator"] = nullptr;
    answer["ChildShards"] = children_of(stream, shard);
  }
  return answer;
}

void Kinesis::check_read_limit(const Stream& stream, Shard& shard) const {
  if (shard.asked_second != world_.now()) {
    shard.asked_second = world_.now();
    shard.asked_in_second = 0;
  }
  if (++shard.asked_in_second <= kCallsASecond) return;
  throw ServiceError(400, "ProvisionedThroughputExceededException",
                     "Rate exceeded for shard {} in stream {} under account {}.", shard.id, stream.name,
                     kAccount);
}

}  // namespace kinesight::support::fake
