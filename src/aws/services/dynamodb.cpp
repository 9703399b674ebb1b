#include "aws/services/dynamodb.h"

#include <utility>

#include "aws/services/json_call.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr Service kService{.id = "DynamoDB", .signing_name = "dynamodb", .host_prefix = "dynamodb"};
/// A page of a query is 1 MiB of items, which JSON makes longer.
constexpr JsonProtocol kProtocol{.service = "DynamoDB",
                                 .content_type = "application/x-amz-json-1.0",
                                 .target = "DynamoDB_20120810",
                                 .max_answer_bytes = 16 * 1024 * 1024};

/// A call whose answer says nothing.
CallResult<> send(const Client& client, const JsonOperation& operation, const json& request,
                  std::stop_token stop) {
  const auto response = send_json(client, operation, request, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return {};
}

json query_request(const ItemQuery& query, const std::optional<Item>& from) {
  json request{{"TableName", query.table},
               {"KeyConditionExpression", query.key_condition},
               {"ScanIndexForward", query.forward}};
  if (!query.index.empty()) request["IndexName"] = query.index;
  if (!query.filter.empty()) request["FilterExpression"] = query.filter;
  // AWS takes no empty object here.
  if (!query.names.empty()) request["ExpressionAttributeNames"] = query.names;
  if (!query.values.empty()) request["ExpressionAttributeValues"] = query.values;
  if (query.consistent) request["ConsistentRead"] = true;
  if (query.page_items) request["Limit"] = *query.page_items;
  if (from) request["ExclusiveStartKey"] = *from;
  return request;
}

/// Throws json::exception, as do the readers below, for a member of another form than AWS documents.
ItemPage page_of(json& answer) {
  ItemPage page;
  page.items = std::move(answer.at("Items").get_ref<json::array_t&>());
  if (const auto last = answer.find("LastEvaluatedKey"); last != answer.end() && last->is_object()) {
    page.next = std::move(*last);
  }
  return page;
}

std::vector<Item> unprocessed_of(json& answer) {
  std::vector<Item> items;
  const auto tables = answer.find("UnprocessedItems");
  if (tables == answer.end()) return items;
  for (auto& [table, requests] : tables->get_ref<json::object_t&>()) {
    for (auto& request : requests) items.push_back(std::move(request.at("PutRequest").at("Item")));
  }
  return items;
}

json table_of(json& answer) { return std::move(answer.at("Table").get_ref<json::object_t&>()); }

std::optional<std::string> ttl_attribute_of(json& answer) {
  const auto& description = answer.at("TimeToLiveDescription");
  const std::string status = description.at("TimeToLiveStatus");
  if (status != "ENABLED" && status != "ENABLING") return std::nullopt;
  return description.at("AttributeName").get<std::string>();
}

}  // namespace

Result<DynamoDb> DynamoDb::make(Session& session, const ClientOptions& options) {
  auto client = Client::make(session, kService, {.errors = Protocol::ErrorFormat::json}, options);
  if (!client) return std::unexpected(client.error());
  return DynamoDb(std::move(*client));
}

CallResult<> DynamoDb::put_item(const std::string& table, const Item& item, std::optional<int> attempts,
                                std::stop_token stop) const {
  const JsonOperation operation{
      .protocol = kProtocol, .action = "PutItem", .writes = true, .max_attempts = attempts};
  return send(client_, operation, {{"TableName", table}, {"Item", item}}, std::move(stop));
}

CallResult<bool> DynamoDb::put_item_if(const std::string& table, const Item& item,
                                       const ItemCondition& condition, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "PutItem", .writes = true};
  json request{{"TableName", table}, {"Item", item}, {"ConditionExpression", condition.expression}};
  if (!condition.names.empty()) request["ExpressionAttributeNames"] = condition.names;
  if (!condition.values.empty()) request["ExpressionAttributeValues"] = condition.values;
  const auto done = send(client_, operation, request, std::move(stop));
  if (done) return true;
  if (done.error().code == "ConditionalCheckFailedException") return false;
  return std::unexpected(done.error());
}

CallResult<std::vector<Item>> DynamoDb::batch_put(const std::string& table, std::span<const Item> items,
                                                  std::stop_token stop) const {
  const JsonOperation operation{
      .protocol = kProtocol, .action = "BatchWriteItem", .writes = true, .max_attempts = 1};
  if (items.empty() || items.size() > kMaxBatchItems) {
    return refused_request(
        kProtocol.service, operation.action,
        fmt::format("expected 1 to {} items a request, found {}", kMaxBatchItems, items.size()));
  }
  auto requests = json::array();
  for (const auto& item : items) requests.push_back({{"PutRequest", {{"Item", item}}}});
  const json request{{"RequestItems", {{table, std::move(requests)}}}};
  return call_json(client_, operation, request, std::move(stop), unprocessed_of);
}

CallResult<ItemPage> DynamoDb::query(const ItemQuery& query, const std::optional<Item>& from,
                                     std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "Query"};
  return call_json(client_, operation, query_request(query, from), std::move(stop), page_of);
}

CallResult<ItemPage> DynamoDb::scan(const std::string& table, std::optional<int> page_items,
                                    const std::optional<Item>& from, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "Scan"};
  json request{{"TableName", table}, {"ConsistentRead", true}};
  if (page_items) request["Limit"] = *page_items;
  if (from) request["ExclusiveStartKey"] = *from;
  return call_json(client_, operation, request, std::move(stop), page_of);
}

CallResult<> DynamoDb::delete_item(const std::string& table, const Item& key, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "DeleteItem", .writes = true};
  return send(client_, operation, {{"TableName", table}, {"Key", key}}, std::move(stop));
}

CallResult<json> DynamoDb::describe_table(const std::string& table, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "DescribeTable"};
  return call_json(client_, operation, {{"TableName", table}}, std::move(stop), table_of);
}

CallResult<> DynamoDb::create_table(const json& request, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "CreateTable", .writes = true};
  return send(client_, operation, request, std::move(stop));
}

CallResult<std::optional<std::string>> DynamoDb::time_to_live(const std::string& table,
                                                              std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "DescribeTimeToLive"};
  return call_json(client_, operation, {{"TableName", table}}, std::move(stop), ttl_attribute_of);
}

CallResult<> DynamoDb::set_time_to_live(const std::string& table, const std::string& attribute,
                                        std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "UpdateTimeToLive", .writes = true};
  const json specification{{"AttributeName", attribute}, {"Enabled", true}};
  return send(client_, operation, {{"TableName", table}, {"TimeToLiveSpecification", specification}},
              std::move(stop));
}

}  // namespace kinesight::aws
