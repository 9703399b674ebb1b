// The records of a page as their producers meant them: KPL aggregated records taken apart, each with its
// sub-sequence number, and without those that an earlier run is done with.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "aws/services/kinesis_reading.h"
#include "stream/shards/position.h"

namespace kinesight::stream {

/// One record as its producer meant it. The views last as long as the storage it came with.
struct ShardRecord {
  std::string_view partition_key;
  std::string_view data;
  std::string_view sequence_number;  ///< Of the Kinesis record it was in.
  std::int64_t sub_sequence = 0;     ///< Its place there; 0 when it was alone.
  std::int64_t arrived_ms = 0;       ///< Unix time, approximate: of that Kinesis record.
};

/// The user records of a page.
struct UnpackedPage {
  std::vector<ShardRecord> records;
  std::uint64_t aggregated = 0;  ///< Kinesis records that were aggregated ones.
  std::uint64_t skipped = 0;     ///< User records that were done with before.
  /// What the records view, besides the page's own storage.
  std::vector<std::shared_ptr<const void>> storage;
};

/// What is in `page`, in its order, without the user records up to `done` where that is a record. A record
/// that is no aggregated one in every respect (a wrong digest, say) is passed through as it is. Memory: at
/// most publish::kDeaggregateMemory for each MiB of data.
UnpackedPage unpack(const aws::RecordsPage& page, const Position& done);

}  // namespace kinesight::stream
