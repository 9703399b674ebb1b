#include "stream/tables/provision.h"

#include "publish/ddb/provision.h"
#include "stream/tables/attributes.h"
#include "stream/windows/rows.h"

namespace kinesight::stream {

using publish::KeyAttribute;
using publish::TableShape;

TableShape realtime_shape(const std::string& key) {
  return {.hash = {key}, .range = KeyAttribute{kTimestampAttribute, "N"}, .ttl = kTtlAttribute};
}

TableShape windows_shape(const std::string& key) {
  return {.hash = {key}, .range = KeyAttribute{std::string(kWindowStart)}};
}

TableShape dead_letters_shape() { return {.hash = {kErrorIdAttribute}}; }

TableShape shards_shape() {
  return {.hash = {kShardAttribute}, .range = KeyAttribute{kPartAttribute}, .ttl = kTtlAttribute};
}

Result<std::vector<publish::Resource>> inspect_tables(const aws::DynamoDb& dynamodb,
                                                      const TablesOptions& options, const std::string& key,
                                                      const publish::ProvisionOptions& provision,
                                                      Clock& clock, std::stop_token stop) {
  const std::vector<std::pair<std::string, TableShape>> tables = {
      {options.realtime, realtime_shape(key)},
      {options.windows, windows_shape(key)},
      {options.dead_letters, dead_letters_shape()},
      {options.shards, shards_shape()}};
  std::vector<publish::Resource> resources;
  for (const auto& [name, shape] : tables) {
    auto table = publish::inspect_table(dynamodb, name, shape, provision, clock, stop);
    if (!table) return std::unexpected(table.error());
    resources.push_back(std::move(*table));
  }
  return resources;
}

}  // namespace kinesight::stream
