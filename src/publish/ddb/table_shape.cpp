#include "publish/ddb/table_shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "publish/ddb/event_query.h"

namespace kinesight::publish {
namespace {

using Json = nlohmann::json;

constexpr int kUnits = 5;

Json units() { return {{"ReadCapacityUnits", kUnits}, {"WriteCapacityUnits", kUnits}}; }

Json keys(const KeyAttribute& hash, const std::optional<KeyAttribute>& range) {
  Json schema = Json::array({{{"AttributeName", hash.name}, {"KeyType", "HASH"}}});
  if (range) schema.push_back({{"AttributeName", range->name}, {"KeyType", "RANGE"}});
  return schema;
}

/// Of all key attributes, each once.
Json definitions_of(const TableShape& shape) {
  std::vector<KeyAttribute> attributes{shape.hash};
  if (shape.range) attributes.push_back(*shape.range);
  if (shape.index) attributes.insert(attributes.end(), {shape.index->hash, shape.index->range});
  Json definitions = Json::array();
  for (const KeyAttribute& one : attributes) {
    const Json definition = {{"AttributeName", one.name}, {"AttributeType", one.type}};
    if (std::ranges::find(definitions, definition) == definitions.end()) definitions.push_back(definition);
  }
  return definitions;
}

std::string type_of(const std::string& attribute, const Json& definitions) {
  for (const auto& definition : definitions) {
    if (definition.at("AttributeName") == attribute) return definition.at("AttributeType");
  }
  return "no type";
}

/// "event_id (HASH, S), ts_ms (RANGE, N)"
std::string keys_text(const Json& schema, const Json& definitions) {
  std::vector<std::string> parts;
  for (const auto& key : schema) {
    const std::string name = key.at("AttributeName");
    const std::string part =
        fmt::format("{} ({}, {})", name, key.at("KeyType").get<std::string>(), type_of(name, definitions));
    parts.insert(key.at("KeyType") == "HASH" ? parts.begin() : parts.end(), part);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// "ALL", "INCLUDE (label, conf)"
std::string projection_text(const Json& projection) {
  std::string text = projection.at("ProjectionType");
  if (projection.contains("NonKeyAttributes")) {
    text += fmt::format(" ({})",
                        fmt::join(projection.at("NonKeyAttributes").get<std::vector<std::string>>(), ", "));
  }
  return text;
}

void compare(std::vector<std::string>& differences, std::string_view what, const std::string& expected,
             const std::string& found) {
  if (expected != found)
    differences.push_back(fmt::format("{}: expected {}, found {}", what, expected, found));
}

/// The index of that name in a table's description; null when it has none.
const Json* find_index(const Json& table, const std::string& name) {
  const auto indexes = table.find("GlobalSecondaryIndexes");
  if (indexes == table.end()) return nullptr;
  const auto index =
      std::ranges::find_if(*indexes, [&](const Json& one) { return one.at("IndexName") == name; });
  return index == indexes->end() ? nullptr : &*index;
}

/// Adds how the index of `found` differs.
void compare_index(std::vector<std::string>& differences, const TableIndex& wanted, const Json& types,
                   const Json& found) {
  const Json* index = find_index(found, wanted.name);
  if (!index) {
    differences.push_back(fmt::format("expected an index {}, found none", wanted.name));
    return;
  }
  const std::string name = fmt::format("index {}", wanted.name);
  compare(differences, name, keys_text(keys(wanted.hash, wanted.range), types),
          keys_text(index->at("KeySchema"), found.at("AttributeDefinitions")));
  compare(differences, name + ", projection", "ALL", projection_text(index->at("Projection")));
}

std::string capacity_text(const Json& table) {
  // A table that never was on demand may have no summary of its billing mode.
  const auto billing = table.find("BillingModeSummary");
  if (billing != table.end() && billing->value("BillingMode", "") == "PAY_PER_REQUEST") return "on demand";
  const auto& provisioned = table.at("ProvisionedThroughput");
  return fmt::format("{} read and {} write units", provisioned.at("ReadCapacityUnits").get<std::int64_t>(),
                     provisioned.at("WriteCapacityUnits").get<std::int64_t>());
}

std::unexpected<Error> no_description(const Json::exception& exception) {
  return fail(ErrorKind::corrupt, "DynamoDB DescribeTable: expected a table's description, found another: {}",
              exception.what());
}

}  // namespace

const TableShape& events_table_shape() {
  static const TableShape shape{
      .hash = {"event_id"},
      .range = KeyAttribute{"ts_ms", "N"},
      .index = TableIndex{.name = kCameraIndex, .hash = {"camera_id"}, .range = {"ts_ms", "N"}},
      .ttl = kTtlAttribute};
  return shape;
}

Json create_table_request(const std::string& table, const TableShape& shape, bool on_demand) {
  Json request = {{"TableName", table},
                  {"AttributeDefinitions", definitions_of(shape)},
                  {"KeySchema", keys(shape.hash, shape.range)},
                  {"BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
  if (!on_demand) request["ProvisionedThroughput"] = units();
  if (!shape.index) return request;
  Json index = {{"IndexName", shape.index->name},
                {"KeySchema", keys(shape.index->hash, shape.index->range)},
                {"Projection", {{"ProjectionType", "ALL"}}}};
  if (!on_demand) index["ProvisionedThroughput"] = units();
  request["GlobalSecondaryIndexes"] = Json::array({std::move(index)});
  return request;
}

std::string shape_text(const TableShape& shape, bool on_demand) {
  const Json definitions = definitions_of(shape);
  std::string text = "keys " + keys_text(keys(shape.hash, shape.range), definitions);
  if (shape.index) {
    text += fmt::format("; index {} on {}, projection ALL", shape.index->name,
                        keys_text(keys(shape.index->hash, shape.index->range), definitions));
  }
  if (!shape.ttl.empty()) text += "; TTL on " + shape.ttl;
  if (on_demand) return text + "; on demand";
  return text + fmt::format("; {} read and {} write units{}", kUnits, kUnits, shape.index ? " each" : "");
}

Result<std::vector<std::string>> table_differences(const Json& found, const TableShape& shape) try {
  const Json types = definitions_of(shape);
  std::vector<std::string> differences;
  compare(differences, "keys", keys_text(keys(shape.hash, shape.range), types),
          keys_text(found.at("KeySchema"), found.at("AttributeDefinitions")));
  if (shape.index) compare_index(differences, *shape.index, types, found);
  return differences;
} catch (const Json::exception& exception) {
  return no_description(exception);
}

Result<std::string> table_capacity(const Json& found) try {
  return capacity_text(found);
} catch (const Json::exception& exception) {
  return no_description(exception);
}

}  // namespace kinesight::publish
