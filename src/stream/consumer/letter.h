// A record as a dead letter, and back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "stream/shards/deaggregate.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// What stands before the record of a letter that is no UTF-8 text: the rest is base64.
inline constexpr std::string_view kBase64Mark = "base64:";
/// The message of a record that came after its windows had ended.
inline constexpr std::string_view kLateMessage = "late: every window of its time had ended";

/// Its id is made of the record's place in the stream ("shardId-000000000000/4959…57/0"), the same at each
/// reading. `at` is epoch seconds.
DeadLetter letter_of(const std::string& shard, const ShardRecord& record, std::int64_t at,
                     std::string message);

/// The record's data, as it came. Error: corrupt (it was cut, or changed).
Result<std::string> data_of(const DeadLetter& letter);

}  // namespace kinesight::stream
