// A batch of user records as the records of one PutRecords request.
#pragma once

#include <cstddef>
#include <deque>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "aws/services/kinesis.h"
#include "base/result.h"

namespace kinesight::publish {

/// Views of what it was made of, which outlives it.
struct Packed {
  /// Instead of a record's number: the user record is longer than Kinesis takes.
  static constexpr std::size_t kTooLarge = std::numeric_limits<std::size_t>::max();

  std::vector<aws::PutRecord> records;
  /// Of each user record of the batch: the record that holds it, or kTooLarge.
  std::vector<std::size_t> record_of;
  std::deque<std::string> aggregated{};  ///< Data of records made here; its strings stay where they are.
};

/// Whether `record` fits into a record of its own.
bool fits_record(const aws::PutRecord& record);

/// A record each.
Packed pack(std::span<const aws::PutRecord> batch);

/// An aggregated record a key, in the order of the batch; a plain one where a key has one user record. Those
/// of a key that are longer than a record together go into several. Error: as aggregate().
Result<Packed> pack_aggregated(std::span<const aws::PutRecord> batch);

}  // namespace kinesight::publish
