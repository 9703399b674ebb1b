// Dead letters as the tables have them.
#pragma once

#include "stream/tables/tables.h"

namespace kinesight::stream {

/// The longest message and record that a dead letter keeps, in bytes: DynamoDB takes 400 KB in all.
inline constexpr std::size_t kMaxLetterMessageBytes = 4 * 1024;
inline constexpr std::size_t kMaxLetterDataBytes = 390 * 1024;

/// `letter` with what is longer cut at the end of a character; the message says so of the record.
DeadLetter bounded(const DeadLetter& letter);

/// Whether a letter out of the tables says that its record was cut.
bool is_cut(const DeadLetter& letter);

}  // namespace kinesight::stream
