// The names of the tables' attributes that no configuration changes.
#pragma once

#include "publish/ddb/table_shape.h"

namespace kinesight::stream {

/// Of the newest measurements: the range key, in epoch seconds, and the end of a measurement's life.
inline constexpr const char* kTimestampAttribute = "timestamp";
using publish::kTtlAttribute;

/// Of the dead letters; the first is the hash key.
inline constexpr const char* kErrorIdAttribute = "error_id";
inline constexpr const char* kErrorTimestampAttribute = "error_timestamp";
inline constexpr const char* kErrorMessageAttribute = "error_message";
inline constexpr const char* kRecordDataAttribute = "record_data";

/// Of the shards' progress: hash and range key.
inline constexpr const char* kShardAttribute = "shard";
inline constexpr const char* kPartAttribute = "part";

}  // namespace kinesight::stream
