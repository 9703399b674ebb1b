// A batch of entries as the records of one PutRecords request.
#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "aws/services/kinesis.h"
#include "base/result.h"
#include "publish/outbox/entry.h"

namespace kinesight::publish {

/// Views of the entries it was made of, which outlive it.
struct Packed {
  /// Instead of a record's number: the entry is longer than Kinesis takes.
  static constexpr std::size_t kTooLarge = std::numeric_limits<std::size_t>::max();

  std::vector<aws::PutRecord> records;
  std::vector<std::size_t>
      record_of;  ///< Of each entry of the batch: the record that holds it, or kTooLarge.
  std::deque<std::string> aggregated{};  ///< Data of records made here; its strings stay where they are.
};

/// Whether `entry` fits into a record of its own.
bool fits_record(const Entry& entry);

/// A record an entry.
Packed pack(std::span<const Entry* const> batch);

/// An aggregated record a key, in the order of the entries; a plain one where a key has one entry. Entries of
/// a key that are longer than a record together go into several. Error: as aggregate().
Result<Packed> pack_aggregated(std::span<const Entry* const> batch);

}  // namespace kinesight::publish
