#include "publish/kds/packing.h"

#include <string_view>
#include <unordered_map>
#include <utility>

#include "publish/kds/aggregation.h"

namespace kinesight::publish {
namespace {

/// User records of one key that share a record.
struct Group {
  std::string_view key;
  std::vector<std::string_view> data{};
  std::size_t bytes = 0;  ///< Of the aggregated record and its partition key.

  bool takes(std::size_t share) const { return bytes + share <= aws::Kinesis::kMaxRecordBytes; }
};

/// Sorts the batch into groups; record_of gets each user record's group.
std::vector<Group> group(std::span<const aws::PutRecord> batch, std::vector<std::size_t>& record_of) {
  std::vector<Group> groups;
  std::unordered_map<std::string_view, std::size_t> open;  // The group that a key's next one goes into.
  for (const auto& record : batch) {
    if (!fits_record(record)) {
      record_of.push_back(Packed::kTooLarge);
      continue;
    }
    const auto& [key, data] = record;
    const std::size_t share = aggregated_share(data.size());
    const auto [place, is_new] = open.try_emplace(key, groups.size());
    if (is_new || !groups[place->second].takes(share)) {
      place->second = groups.size();
      groups.push_back({.key = key, .bytes = key.size() + aggregated_base(key)});
    }
    auto& mine = groups[place->second];
    mine.data.push_back(data);
    mine.bytes += share;
    record_of.push_back(place->second);
  }
  return groups;
}

}  // namespace

bool fits_record(const aws::PutRecord& record) {
  return record.partition_key.size() + record.data.size() <= aws::Kinesis::kMaxRecordBytes;
}

Packed pack(std::span<const aws::PutRecord> batch) {
  Packed packed;
  packed.records.reserve(batch.size());
  packed.record_of.reserve(batch.size());
  for (const auto& record : batch) {
    if (!fits_record(record)) {
      packed.record_of.push_back(Packed::kTooLarge);
      continue;
    }
    packed.record_of.push_back(packed.records.size());
    packed.records.push_back(record);
  }
  return packed;
}

Result<Packed> pack_aggregated(std::span<const aws::PutRecord> batch) {
  Packed packed;
  packed.record_of.reserve(batch.size());
  const auto groups = group(batch, packed.record_of);
  packed.records.reserve(groups.size());
  for (const auto& [key, data, bytes] : groups) {
    if (data.size() == 1) {
      packed.records.push_back({key, data.front()});
      continue;
    }
    auto record = aggregate(key, data);
    if (!record) return std::unexpected(std::move(record.error()));
    packed.records.push_back({key, packed.aggregated.emplace_back(std::move(*record))});
  }
  return packed;
}

}  // namespace kinesight::publish
