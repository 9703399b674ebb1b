#include "publish/ddb/event_query.h"

#include <algorithm>
#include <limits>

#include "event/envelope.h"
#include "publish/ddb/attribute.h"

namespace kinesight::publish {
namespace {

// A page has 1 MB at most whatever we ask; this many are near that, and more than most askers want.
constexpr std::size_t kPageItems = 1000;

/// The range of ts_ms, both ends included. DynamoDB refuses BETWEEN when they are in the wrong order.
struct Range {
  std::int64_t first = std::numeric_limits<std::int64_t>::min();
  std::int64_t last = std::numeric_limits<std::int64_t>::max();
};

std::optional<Range> range_of(const event::Query& query) {
  Range range;
  if (query.since_ms) range.first = *query.since_ms;
  if (query.until_ms) {
    if (*query.until_ms <= range.first) return std::nullopt;
    range.last = *query.until_ms - 1;
  }
  return range;
}

/// Adds "name = value" to the filter, by placeholders: "type" and "ttl" are words of DynamoDB's own.
void require(aws::ItemQuery& asked, const std::string& attribute, const std::string& value) {
  asked.filter += " AND #" + attribute + " = :" + attribute;
  asked.names["#" + attribute] = attribute;
  asked.values[":" + attribute] = to_attribute(value);
}

}  // namespace

std::optional<aws::ItemQuery> item_query(const std::string& table, const event::Query& query,
                                         std::int64_t now_ms) {
  const auto range = range_of(query);
  if (!range) return std::nullopt;
  aws::ItemQuery asked;
  asked.table = table;
  asked.index = kCameraIndex;
  asked.key_condition = "camera_id = :camera_id AND ts_ms BETWEEN :first AND :last";
  asked.filter = "(attribute_not_exists(#ttl) OR #ttl > :now)";
  asked.names["#ttl"] = "ttl";
  asked.values = {{":camera_id", to_attribute(query.camera_id)},
                  {":first", to_attribute(range->first)},
                  {":last", to_attribute(range->last)},
                  {":now", to_attribute(event::ts_bucket(now_ms))}};
  asked.forward = query.order == event::Order::oldest_first;
  // A page counts what it looked at, before the filter: where that picks out few, large pages save calls.
  std::size_t page = query.limit == 0 ? kPageItems : std::min(query.limit, kPageItems);
  if (!query.type.empty()) {
    require(asked, "type", query.type);
    page = kPageItems;
  }
  if (!query.label.empty()) {
    require(asked, "label", query.label);
    page = kPageItems;
  }
  if (!query.text.empty() || !query.event_id.empty()) page = kPageItems;
  asked.page_items = static_cast<int>(page);
  return asked;
}

}  // namespace kinesight::publish
