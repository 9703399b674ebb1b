// Where a reader of a shard is: what a checkpoint says.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "aws/services/kinesis_reading.h"
#include "base/result.h"

namespace kinesight::stream {

/// Our clock may be ahead of the service's by so much before a time in place of LATEST leaves a gap.
inline constexpr std::int64_t kClockDoubtMs = 10'000;

/// What has been read of a shard.
struct Position {
  /// Up to where.
  enum class Kind {
    latest,        ///< All that is there now.
    trim_horizon,  ///< Nothing.
    at_timestamp,  ///< What has arrived before `timestamp_ms`.
    record,        ///< Up to the user record `sub_sequence` of the record `sequence_number`, and with it.
    ended,         ///< All, and the shard is closed.
  };

  Kind kind = Kind::latest;
  std::string sequence_number{};
  std::int64_t sub_sequence = 0;  ///< In an aggregated record, from 0; 0 in any other one.
  std::int64_t timestamp_ms = 0;  ///< Unix time.

  static Position latest() { return {}; }
  static Position trim_horizon() { return {.kind = Kind::trim_horizon}; }
  static Position at(std::int64_t timestamp_ms) {
    return {.kind = Kind::at_timestamp, .timestamp_ms = timestamp_ms};
  }
  static Position after(std::string_view sequence_number, std::int64_t sub_sequence) {
    return {
        .kind = Kind::record, .sequence_number = std::string(sequence_number), .sub_sequence = sub_sequence};
  }
  static Position ended() { return {.kind = Kind::ended}; }

  bool has_ended() const { return kind == Kind::ended; }
  bool operator==(const Position&) const = default;
};

/// "LATEST", "TRIM_HORIZON", "AT_TIMESTAMP 1700000000125", "4959…57/3", "SHARD_END": as the KCL names them.
std::string to_text(const Position& position);
/// Back again. Error: corrupt.
Result<Position> position_from_text(std::string_view text);

/// The iterator that goes on there: that of a record begins with the record itself, which may hold more.
/// The position is not `ended`.
aws::IteratorStart iterator_start(const Position& position);

}  // namespace kinesight::stream
