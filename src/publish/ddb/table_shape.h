// The shape of the events' table: as CreateTable takes it, and held against what DescribeTable finds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::publish {

/// The attribute by which DynamoDB forgets events.
inline constexpr const char* kTtlAttribute = "ttl";

/// CreateTable's request: event_id (hash key, S), ts_ms (range key, N), camera_id-ts_ms-index over camera_id
/// and ts_ms with all attributes; 5 read and 5 write units each, or on demand.
nlohmann::json create_table_request(const std::string& table, bool on_demand);

/// The same for people: "keys event_id (HASH, S), …".
std::string table_shape(bool on_demand);

/// How `found` (DescribeTable's Table) differs from that, one sentence each: keys and their types, the index,
/// its keys and projection. Not its capacity, nor what it has beyond. Error: corrupt (it is no description).
Result<std::vector<std::string>> table_differences(const nlohmann::json& found);

/// The capacity of `found`: "on demand", "5 read and 5 write units". Error: corrupt.
Result<std::string> table_capacity(const nlohmann::json& found);

}  // namespace kinesight::publish
