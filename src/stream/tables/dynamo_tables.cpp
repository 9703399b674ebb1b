#include "stream/tables/dynamo_tables.h"

#include <algorithm>
#include <utility>

#include "publish/ddb/attribute.h"
#include "stream/tables/attributes.h"
#include "stream/tables/dead_letter.h"
#include "stream/windows/rows.h"

namespace kinesight::stream {
namespace {

using aws::Item;

/// The largest page of a query that is worth its while.
constexpr int kMostPageItems = 1000;

Item number(std::int64_t value) { return {{"N", std::to_string(value)}}; }
Item text(const std::string& value) { return {{"S", value}}; }

Item to_item(const Measurement& measurement, const std::string& key) {
  Item item = measurement.fields;
  item[key] = text(measurement.key);
  item[kTimestampAttribute] = number(measurement.timestamp);
  if (measurement.expires != 0) item[kTtlAttribute] = number(measurement.expires);
  return item;
}

Item to_item(const WindowResult& result, const TableColumns& columns) {
  Item item = Item::object();
  const auto row = row_of(columns.key, columns.aggregates, result);
  for (const auto& [column, value] : row.items()) {
    if (!value.is_null()) item[column] = publish::to_attribute(value);
  }
  return item;
}

Item to_item(const DeadLetter& whole) {
  const DeadLetter letter = bounded(whole);
  return {{kErrorIdAttribute, text(letter.error_id)},
          {kErrorTimestampAttribute, text(std::to_string(letter.error_timestamp))},
          {kErrorMessageAttribute, text(letter.error_message)},
          {kRecordDataAttribute, text(letter.record_data)}};
}

template <class Things, class... Columns>
std::vector<Item> to_items(const Things& things, const Columns&... columns) {
  std::vector<Item> items;
  items.reserve(things.size());
  for (const auto& thing : things) items.push_back(to_item(thing, columns...));
  return items;
}

/// The seconds in attribute `name`, which others may have written as 1700000000.0.
Result<std::int64_t> seconds_of(const Item& item, const char* name) {
  const auto value = publish::from_attribute(item.value(name, Item()));
  if (value && value->is_number_integer()) return value->get<std::int64_t>();
  if (value && value->is_number()) return static_cast<std::int64_t>(value->get<double>());
  return fail(ErrorKind::corrupt, "{}: expected a number of seconds, found {}", name,
              item.value(name, Item()).dump());
}

Result<Measurement> from_item(Item item, const std::string& key) {
  const auto name = publish::from_attribute(item.value(key, Item()));
  if (!name || !name->is_string())
    return fail(ErrorKind::corrupt, "{}: expected a string, found {}", key, item.value(key, Item()).dump());
  const auto timestamp = seconds_of(item, kTimestampAttribute);
  if (!timestamp) return std::unexpected(timestamp.error());
  Measurement measurement{.key = name->get<std::string>(), .timestamp = *timestamp};
  if (item.contains(kTtlAttribute)) {
    const auto expires = seconds_of(item, kTtlAttribute);
    if (!expires) return std::unexpected(expires.error());
    measurement.expires = *expires;
  }
  for (const char* own : {key.c_str(), kTimestampAttribute, kTtlAttribute}) item.erase(own);
  measurement.fields = std::move(item);
  return measurement;
}

}  // namespace

DynamoTables::DynamoTables(const aws::DynamoDb& dynamodb, const TablesOptions& options, TableColumns columns,
                           telemetry::Telemetry telemetry, Clock& clock)
    : dynamodb_(dynamodb),
      realtime_(options.realtime),
      columns_(std::move(columns)),
      measurements_(dynamodb, options.realtime, {columns_.key, kTimestampAttribute}, pool_, clock, telemetry),
      windows_(dynamodb, options.windows, {columns_.key, std::string(kWindowStart)}, pool_, clock, telemetry),
      dead_letters_(dynamodb, options.dead_letters, {kErrorIdAttribute}, pool_, clock, telemetry) {}

Result<> DynamoTables::put_measurements(std::span<const Measurement> measurements, std::stop_token stop) {
  return measurements_.put(to_items(measurements, columns_.key), std::move(stop));
}

Result<> DynamoTables::put_windows(std::span<const WindowResult> results, std::stop_token stop) {
  return windows_.put(to_items(results, columns_), std::move(stop));
}

Result<> DynamoTables::put_dead_letters(std::span<const DeadLetter> letters, std::stop_token stop) {
  return dead_letters_.put(to_items(letters), std::move(stop));
}

Result<std::vector<Measurement>> DynamoTables::latest(const std::string& key, int limit, std::int64_t now,
                                                      std::stop_token stop) {
  return latest_in(dynamodb_, realtime_, {columns_.key, key}, limit, now, std::move(stop));
}

Result<std::vector<Measurement>> latest_in(const aws::DynamoDb& dynamodb, const std::string& realtime,
                                           const KeyValue& key, int limit, std::int64_t now,
                                           std::stop_token stop) {
  const aws::ItemQuery query{.table = realtime,
                             .index = "",
                             .key_condition = "#key = :key",
                             .filter = "attribute_not_exists(#ttl) OR #ttl > :now",
                             .names = {{"#key", key.attribute}, {"#ttl", kTtlAttribute}},
                             .values = {{":key", text(key.value)}, {":now", number(now)}},
                             .forward = false,
                             .page_items = std::clamp(limit, 1, kMostPageItems)};
  std::vector<Measurement> found;
  std::optional<Item> next;
  do {
    auto page = dynamodb.query(query, next, stop);
    if (!page) return wrap(page.error().error, "table " + realtime);
    for (Item& item : page->items) {
      auto measurement = from_item(std::move(item), key.attribute);
      if (!measurement) return wrap(measurement.error(), "table " + realtime);
      found.push_back(std::move(*measurement));
      if (std::cmp_greater_equal(found.size(), limit)) return found;
    }
    next = std::move(page->next);
  } while (next);
  return found;
}

}  // namespace kinesight::stream
