#include "publish/ddb/table_shape.h"

#include <fmt/format.h>

#include <algorithm>

#include "publish/ddb/event_query.h"

namespace kinesight::publish {
namespace {

using Json = nlohmann::json;

constexpr int kUnits = 5;

Json units() { return {{"ReadCapacityUnits", kUnits}, {"WriteCapacityUnits", kUnits}}; }

Json keys(const char* hash, const char* range) {
  return Json::array(
      {{{"AttributeName", hash}, {"KeyType", "HASH"}}, {{"AttributeName", range}, {"KeyType", "RANGE"}}});
}

Json attribute(const char* name, const char* type) {
  return {{"AttributeName", name}, {"AttributeType", type}};
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

/// The index of that name in a table's description or request; null when it has none.
const Json* find_index(const Json& table) {
  const auto indexes = table.find("GlobalSecondaryIndexes");
  if (indexes == table.end()) return nullptr;
  const auto index =
      std::ranges::find_if(*indexes, [](const Json& one) { return one.at("IndexName") == kCameraIndex; });
  return index == indexes->end() ? nullptr : &*index;
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

Json create_table_request(const std::string& table, bool on_demand) {
  Json index = {{"IndexName", kCameraIndex},
                {"KeySchema", keys("camera_id", "ts_ms")},
                {"Projection", {{"ProjectionType", "ALL"}}}};
  Json request = {{"TableName", table},
                  {"AttributeDefinitions", Json::array({attribute("event_id", "S"), attribute("ts_ms", "N"),
                                                        attribute("camera_id", "S")})},
                  {"KeySchema", keys("event_id", "ts_ms")},
                  {"BillingMode", on_demand ? "PAY_PER_REQUEST" : "PROVISIONED"}};
  if (!on_demand) {
    index["ProvisionedThroughput"] = units();
    request["ProvisionedThroughput"] = units();
  }
  request["GlobalSecondaryIndexes"] = Json::array({std::move(index)});
  return request;
}

std::string table_shape(bool on_demand) {
  const Json wanted = create_table_request("", on_demand);
  const Json& definitions = wanted.at("AttributeDefinitions");
  const Json& index = *find_index(wanted);
  const std::string capacity =
      on_demand ? "on demand" : fmt::format("{} read and {} write units each", kUnits, kUnits);
  return fmt::format("keys {}; index {} on {}, projection {}; TTL on {}; {}",
                     keys_text(wanted.at("KeySchema"), definitions), kCameraIndex,
                     keys_text(index.at("KeySchema"), definitions), projection_text(index.at("Projection")),
                     kTtlAttribute, capacity);
}

Result<std::vector<std::string>> table_differences(const Json& found) try {
  const Json wanted = create_table_request("", false);
  const Json& wanted_types = wanted.at("AttributeDefinitions");
  const Json& found_types = found.at("AttributeDefinitions");
  std::vector<std::string> differences;
  compare(differences, "keys", keys_text(wanted.at("KeySchema"), wanted_types),
          keys_text(found.at("KeySchema"), found_types));
  const Json* index = find_index(found);
  if (!index) {
    differences.push_back(fmt::format("expected an index {}, found none", kCameraIndex));
    return differences;
  }
  const std::string name = fmt::format("index {}", kCameraIndex);
  compare(differences, name, keys_text(find_index(wanted)->at("KeySchema"), wanted_types),
          keys_text(index->at("KeySchema"), found_types));
  compare(differences, name + ", projection", projection_text(find_index(wanted)->at("Projection")),
          projection_text(index->at("Projection")));
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
