// Kinesis: SplitShard and MergeShards, and the end of what is older than the retention.
#include <algorithm>

#include "support/fake_aws/kinesis.h"

namespace kinesight::support::fake {
namespace {

void check_open(const Stream& stream, const Shard& shard) {
  if (shard.open()) return;
  throw ServiceError(400, "InvalidArgumentException", "Shard {} in stream {} under account {} is not open.",
                     shard.id, stream.name, kAccount);
}

/// Whether one range ends where the other one begins.
bool touch(const Shard& lower, const Shard& upper) {
  return lower.last < upper.first && lower.last + 1 == upper.first;
}

}  // namespace

void Kinesis::split_shard(const Json& request) {
  Stream& stream = stream_of(request);
  Shard& shard = shard_named(stream, request.at("ShardToSplit"));
  const auto at = hash_from_decimal(request.at("NewStartingHashKey").get<std::string>());
  if (!at || *at <= shard.first || *at > shard.last) {
    throw ServiceError(
        400, "InvalidArgumentException",
        "NewStartingHashKey {} used in SplitShard() on shard {} in stream {} under account {} is "
        "not both greater than one plus the shard's StartingHashKey {} and less than the shard's "
        "EndingHashKey {}.",
        request["NewStartingHashKey"].dump(), shard.id, stream.name, kAccount, to_decimal(shard.first),
        to_decimal(shard.last));
  }
  split(stream, shard, *at);
}

void Kinesis::merge_shards(const Json& request) {
  Stream& stream = stream_of(request);
  merge(stream, shard_named(stream, request.at("ShardToMerge")),
        shard_named(stream, request.at("AdjacentShardToMerge")));
}

std::vector<std::string> Kinesis::split(const std::string& name, const std::string& id) {
  const std::lock_guard lock(mutex_);
  Stream& stream = stream_named(name);
  Shard& shard = shard_named(stream, id);
  return split(stream, shard, shard.first + (shard.last - shard.first) / 2 + 1);
}

std::string Kinesis::merge(const std::string& name, const std::string& id, const std::string& adjacent) {
  const std::lock_guard lock(mutex_);
  Stream& stream = stream_named(name);
  return merge(stream, shard_named(stream, id), shard_named(stream, adjacent));
}

void Kinesis::trim(const std::string& name, const std::string& id) {
  const std::lock_guard lock(mutex_);
  Stream& stream = stream_named(name);
  if (shard_named(stream, id).open()) throw ServiceError(400, "InvalidArgumentException", "{} is open.", id);
  std::erase_if(stream.shards, [&](const Shard& shard) { return shard.id == id; });
  stream.shard_of_key.clear();
}

std::vector<std::string> Kinesis::split(Stream& stream, Shard& shard, HashKey at) {
  check_open(stream, shard);
  close(shard);
  const Shard lower{.id = {}, .first = shard.first, .last = at - 1, .parent = shard.id};
  const Shard upper{.id = {}, .first = at, .last = shard.last, .parent = shard.id};
  return {add_shard(stream, lower), add_shard(stream, upper)};
}

std::string Kinesis::merge(Stream& stream, Shard& shard, Shard& adjacent) {
  check_open(stream, shard);
  check_open(stream, adjacent);
  if (!touch(shard, adjacent) && !touch(adjacent, shard)) {
    throw ServiceError(400, "InvalidArgumentException",
                       "Shards {} and {} in stream {} under account {} are not an adjacent pair of shards "
                       "eligible for merging",
                       shard.id, adjacent.id, stream.name, kAccount);
  }
  close(shard);
  close(adjacent);
  return add_shard(stream, {.id = {},
                            .first = std::min(shard.first, adjacent.first),
                            .last = std::max(shard.last, adjacent.last),
                            .parent = shard.id,
                            .adjacent_parent = adjacent.id});
}

void Kinesis::close(Shard& shard) { shard.ending_sequence = ++last_sequence_; }

std::string Kinesis::add_shard(Stream& stream, Shard child) {
  child.id = fmt::format("shardId-{:012}", stream.next_shard++);
  child.starting_sequence = ++last_sequence_;
  stream.shards.push_back(std::move(child));
  stream.shard_of_key.clear();
  return stream.shards.back().id;
}

}  // namespace kinesight::support::fake
