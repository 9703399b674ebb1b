// KPL aggregated records: several user records in one Kinesis record, as the Kinesis Producer Library packs
// them and the Kinesis Client Library unpacks them. Format: magic number, protobuf message, MD5 of the
// message (github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::publish {

/// The KPL makes no longer ones (its AggregationMaxSize ends here).
inline constexpr std::size_t kMaxAggregatedBytes = 1024 * 1024;

/// Bytes of an aggregated record of `partition_key` before any user record is in it.
std::size_t aggregated_base(std::string_view partition_key);
/// Bytes that a user record of `data_bytes` adds to it.
std::size_t aggregated_share(std::size_t data_bytes);

/// One aggregated record of `data`, in its order, all of one key. Error: unavailable (OpenSSL has no MD5).
Result<std::string> aggregate(std::string_view partition_key, std::span<const std::string_view> data);

/// One record as its producer meant it.
struct UserRecord {
  std::string_view partition_key;
  std::string_view data;
  std::optional<std::string_view> explicit_hash_key{};  ///< Other producers' wish for a shard.
};

/// What a Kinesis record holds. The views last as long as this and as the bytes it was made of.
struct UserRecords {
  std::vector<UserRecord> records;  ///< A record's position here is its KCL sub-sequence number.
  bool aggregated = false;          ///< False: one record, the Kinesis record itself.
  std::shared_ptr<const void> storage{};
};

/// Whether deaggregate() would have to look closer: the magic number is there.
bool may_be_aggregated(std::string_view data);

/// The user records in a Kinesis record. What is not an aggregated record in every respect (magic number,
/// digest, message, key indices), and what is longer than kMaxAggregatedBytes, is passed through as it
/// is: whoever reads on decides about it, and nothing is lost. Takes at most kDeaggregateMemory bytes,
/// whatever the record says.
UserRecords deaggregate(std::string_view partition_key, std::string_view data);

/// 1 MiB of hostile bytes, 2 an (empty) key or 6 an (empty) record, as protobuf holds them and as views.
inline constexpr std::size_t kDeaggregateMemory = 64 * 1024 * 1024;

}  // namespace kinesight::publish
