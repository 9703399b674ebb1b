// What a consumer makes of records: what is to be written, and what became of them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "stream/tables/tables.h"

namespace kinesight::stream {

/// What became of a record.
enum class RecordFate {
  counted,    ///< In its windows.
  late,       ///< Written, but every window of its time had ended: kept aside among the dead letters.
  duplicate,  ///< It said so itself, or one with its message id was counted before.
  dead,       ///< It could not be processed: among the dead letters.
};

/// "counted", "late", "duplicate", "dead": as metrics name it.
std::string_view to_string(RecordFate fate);
inline constexpr std::array kRecordFates = {RecordFate::counted, RecordFate::late, RecordFate::duplicate,
                                            RecordFate::dead};

/// How many records met which fate.
struct RecordCounts {
  std::array<std::uint64_t, kRecordFates.size()> of{};
  std::uint64_t& operator[](RecordFate fate) { return of[static_cast<std::size_t>(fate)]; }
  std::uint64_t operator[](RecordFate fate) const { return of[static_cast<std::size_t>(fate)]; }
  std::uint64_t all() const;
  RecordCounts& operator+=(const RecordCounts& other);
};

/// What is written together.
struct Batch {
  std::vector<Measurement> measurements;
  std::vector<DeadLetter> letters;
  /// When the producer took the measurements in, as far as they say so: Unix milliseconds.
  std::vector<std::int64_t> ingested_ms;
  RecordCounts counts;
  std::uint64_t keys_refused = 0;  ///< Of the dead ones: their keys would have been too many.
};

}  // namespace kinesight::stream
