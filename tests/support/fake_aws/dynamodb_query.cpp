// DynamoDB: Query and Scan, page by page.
#include <algorithm>

#include "support/fake_aws/dynamodb.h"
#include "support/fake_aws/dynamodb_expression.h"
#include "support/fake_aws/dynamodb_value.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPageBytes = 1024 * 1024;

/// Looks at the key attributes alone, the hash attribute among them.
Expression key_condition_of(const KeySchema& schema, const std::string& text, const Json& request) {
  Expression condition(text, request);
  const auto attributes = condition.attributes();
  if (!attributes.contains(schema.hash) || !condition.is_conjunction()) {
    throw ServiceError(400, "ValidationException", "Query condition missed key schema element: {}",
                       schema.hash);
  }
  for (const std::string& name : attributes) {
    if (name != schema.hash && name != schema.range) {
      throw ServiceError(400, "ValidationException", "Query key condition not supported");
    }
  }
  return condition;
}

/// The attributes by which the next page is found again.
Json position_of(const Table& table, const KeySchema& schema, const Json& item) {
  Json position = table.key_of(item);
  for (const std::string& name : schema.names()) position[name] = item.at(name);
  return position;
}

/// The first item that is ordered behind `start`, which may itself be gone by now.
auto after(const Table& table, const KeySchema& schema, const std::vector<const Json*>& items,
           const Json& start, bool forward) {
  const auto place = [&](const Json& item) {
    std::vector<Json> parts;
    if (!schema.range.empty()) parts.push_back(item.at(schema.range));
    for (const std::string& name : table.schema("").names()) parts.push_back(item.at(name));
    return parts;
  };
  const auto from = place(start);
  return std::ranges::find_if(items, [&](const Json* item) {
    return forward ? KeyOrder{}(from, place(*item)) : KeyOrder{}(place(*item), from);
  });
}

}  // namespace

Json DynamoDb::query(const Json& request) {
  return page(table_of(request), request, request.at("KeyConditionExpression"));
}

Json DynamoDb::scan(const Json& request) { return page(table_of(request), request, ""); }

Json DynamoDb::page(const Table& table, const Json& request, const std::string& key_condition) {
  const KeySchema& schema = table.schema(request.value("IndexName", ""));
  const bool forward = request.value("ScanIndexForward", true);
  std::vector<const Json*> items = table.ordered(schema);
  if (!key_condition.empty()) {
    Expression condition = key_condition_of(schema, key_condition, request);
    std::erase_if(items, [&](const Json* item) { return !condition.holds_for(*item); });
  }
  if (!forward) std::ranges::reverse(items);
  auto next = items.cbegin();
  if (request.contains("ExclusiveStartKey")) {
    next = after(table, schema, items, request["ExclusiveStartKey"], forward);
  }
  std::optional<Expression> filter;
  if (request.contains("FilterExpression")) filter.emplace(request["FilterExpression"], request);

  const std::size_t limit = request.value("Limit", items.size() + 1);
  Json answer = {{"Items", Json::array()}, {"ScannedCount", 0}};
  std::size_t looked_at = 0;
  for (std::size_t bytes = 0; next != items.cend(); ++next) {
    const Json& item = **next;
    if (!filter || filter->holds_for(item)) answer["Items"].push_back(item);
    bytes += item_size(item);
    if (++looked_at == limit || bytes > kPageBytes) {
      answer["LastEvaluatedKey"] = position_of(table, schema, item);
      break;
    }
  }
  answer["ScannedCount"] = looked_at;
  answer["Count"] = answer["Items"].size();
  return answer;
}

}  // namespace kinesight::support::fake
