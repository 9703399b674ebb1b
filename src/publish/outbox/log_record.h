// A record: one entry as it lies in a segment file.
//
//   offset  size
//        0     4  length: bytes of the record after the first eight
//        4     4  checksum: low half of the XXH3-64 of those bytes
//        8     8  sequence
//       16     8  accepted_ms
//       24     2  length of key
//       26     2  length of name
//       28     2  length of sink
//       30     2  flags: 1, more entries of the same append follow
//       32        key, name, sink, payload (what is left)
//
// All numbers are little endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "publish/outbox/entry.h"

namespace kinesight::publish::outbox {

inline constexpr std::size_t kRecordHead = 32;

/// A record as it was found; it points into the bytes that were read.
struct LogRecord {
  std::uint64_t sequence = 0;
  std::int64_t accepted_ms = 0;
  std::string_view key;
  std::string_view name;
  std::string_view sink;
  std::string_view payload;
  bool more = false;     ///< More entries of the same append follow.
  std::size_t size = 0;  ///< Of the whole record.

  /// A copy that lives on its own.
  Entry entry() const;
};

/// Bytes that `entry` takes as a record.
std::size_t record_size(const Entry& entry);

/// Whether `entry` can be a record: its key, name and sink are at most 65,535 bytes each.
bool fits_in_record(const Entry& entry);

/// Appends `entry` as a record, with this sequence and time instead of its own.
void encode_record(const Entry& entry, std::uint64_t sequence, std::int64_t accepted_ms, bool more,
                   std::string& into);

/// The size of the record that begins `bytes`, as it says itself; nothing when that cannot be.
std::optional<std::size_t> claimed_size(std::string_view bytes);

/// The record that begins `bytes`; nothing when it is cut or damaged.
std::optional<LogRecord> decode_record(std::string_view bytes);

/// A record and where it is.
struct Found {
  std::size_t offset = 0;
  LogRecord record;
};
/// The first whole record at or after `offset` whose sequence is in [low, high): how a reader gets past
/// damage.
std::optional<Found> find_record(std::string_view bytes, std::size_t offset, std::uint64_t low,
                                 std::uint64_t high);

/// What a file of the outbox is checked with: XXH3-64.
std::uint64_t checksum(std::string_view bytes);

}  // namespace kinesight::publish::outbox
