// The shape of a table: as CreateTable takes it, and held against what DescribeTable finds.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace kinesight::publish {

/// The attribute by which DynamoDB forgets events.
inline constexpr const char* kTtlAttribute = "ttl";

/// An attribute that items are found by, and its type: "S", "N".
struct KeyAttribute {
  std::string name;
  std::string type = "S";
};

/// A further way to find items, which gives all their attributes.
struct TableIndex {
  std::string name;
  KeyAttribute hash;
  KeyAttribute range;
};

/// What a table is to be like.
struct TableShape {
  KeyAttribute hash;
  std::optional<KeyAttribute> range{};
  std::optional<TableIndex> index{};
  std::string ttl{};  ///< The attribute by which items are forgotten; empty for none.
};

/// The events' table: event_id (hash key, S), ts_ms (range key, N), camera_id-ts_ms-index over camera_id and
/// ts_ms, TTL on `ttl`.
const TableShape& events_table_shape();

/// CreateTable's request for a table of that shape: 5 read and 5 write units, of its index too, or on demand.
/// The TTL is no part of it.
nlohmann::json create_table_request(const std::string& table, const TableShape& shape, bool on_demand);

/// The same for people: "keys event_id (HASH, S), …".
std::string shape_text(const TableShape& shape, bool on_demand);

/// How `found` (DescribeTable's Table) differs from that, one sentence each: keys and their types, the index,
/// its keys and projection. Not its capacity, nor what it has beyond. Error: corrupt (it is no description).
Result<std::vector<std::string>> table_differences(const nlohmann::json& found, const TableShape& shape);

/// The capacity of `found`: "on demand", "5 read and 5 write units". Error: corrupt.
Result<std::string> table_capacity(const nlohmann::json& found);

}  // namespace kinesight::publish
