// What the read side of Kinesis Data Streams takes and gives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kinesight::aws {

/// A part of a stream: a range of hash keys. It is open, or closed by a split or a merge; a closed one is
/// listed until its last record has been trimmed.
struct Shard {
  std::string id;
  std::string parent{};  ///< It came of a split of this one, or of a merge; empty: it is of the first.
  std::string adjacent_parent{};    ///< The other one of a merge; empty: of a split.
  std::string starting_hash_key{};  ///< Decimal, up to 2^128 - 1.
  std::string ending_hash_key{};    ///< The last of the range.
  std::string starting_sequence_number{};
  std::string ending_sequence_number{};  ///< Empty: it is open.

  bool open() const { return ending_sequence_number.empty(); }
};

/// A shard that goes on where one has been closed.
struct ChildShard {
  std::string id;
  std::vector<std::string> parents;

  bool operator==(const ChildShard&) const = default;
};

/// Where an iterator is to begin.
enum class IteratorType {
  latest,                 ///< What arrives from now on.
  trim_horizon,           ///< The oldest record that is still there.
  at_timestamp,           ///< What has arrived at that time or later.
  at_sequence_number,     ///< That record.
  after_sequence_number,  ///< The record behind it.
};

/// As GetShardIterator takes it.
struct IteratorStart {
  IteratorType type = IteratorType::latest;
  std::string sequence_number{};  ///< Of at_ and after_sequence_number.
  std::int64_t timestamp_ms = 0;  ///< Of at_timestamp: Unix time.
};

/// A record as it is in the stream. The views last as long as the page's storage.
struct StreamRecord {
  std::string_view partition_key;
  std::string_view sequence_number;
  std::string_view data;        ///< Bytes.
  std::int64_t arrived_ms = 0;  ///< Unix time, approximate.
};

/// An answer to GetRecords.
struct RecordsPage {
  std::vector<StreamRecord> records;
  std::string next_iterator;  ///< Good for five minutes; empty: the shard is closed and read to its end.
  std::vector<ChildShard> children;  ///< Of such a shard.
  std::int64_t millis_behind = 0;    ///< How far the page's end is from the stream's tip.
  std::shared_ptr<const void> storage{};
};

}  // namespace kinesight::aws
