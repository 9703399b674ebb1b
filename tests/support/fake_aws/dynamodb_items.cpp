// DynamoDB: writing items, and reading one by its key.
#include <set>

#include "support/fake_aws/dynamodb.h"
#include "support/fake_aws/dynamodb_expression.h"

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxBatchItems = 25;
constexpr std::size_t kMaxBatchBytes = 16 * 1024 * 1024;

[[noreturn]] void fail_validation(const char* message) {
  throw ServiceError(400, "ValidationException", "{}", message);
}

void check_poison(const Call& call, const Json& item) {
  const Fault* poison = call.fault(FaultKind::poison);
  if (poison && item.dump().find(poison->marker) != std::string::npos) throw error_of(call, *poison, 0);
}

bool is_put(const Json& write) { return write.contains("PutRequest"); }

}  // namespace

void DynamoDb::put(Table& table, const Json& item) {
  table.put(item);
  ItemPut put{.table = table.name(), .key = table.key_of(item), .item = {}};
  if (world_.ledger.keep() == Keep::data) put.item = item;
  world_.ledger.add(std::move(put));
}

Json DynamoDb::put_item(const Call& call, const Json& request) {
  Table& table = table_of(request);
  const Json& item = request.at("Item");
  table.check(item);
  check_poison(call, item);
  if (request.contains("ConditionExpression")) {
    const Json* old = table.find(item);
    if (!Expression(request["ConditionExpression"], request).holds_for(old ? *old : Json::object())) {
      throw ServiceError(400, "ConditionalCheckFailedException", "The conditional request failed");
    }
  }
  put(table, item);
  return Json::object();
}

Json DynamoDb::get_item(const Json& request) {
  const Table& table = table_of(request);
  const Json* item = table.find(table.key_of(request.at("Key")));
  return item ? Json{{"Item", *item}} : Json::object();
}

Json DynamoDb::delete_item(const Json& request) {
  Table& table = table_of(request);
  table.erase(table.key_of(request.at("Key")));
  return Json::object();
}

void DynamoDb::check_batch(const Call& call, const Json& tables) {
  std::size_t count = 0;
  for (const auto& [name, writes] : tables.items()) {
    const Table& table = table_of({{"TableName", name}});
    std::set<std::string> keys;
    for (const Json& write : writes) {
      const bool puts = is_put(write);
      const Json& item = puts ? write.at("PutRequest").at("Item") : write.at("DeleteRequest").at("Key");
      if (puts) table.check(item);
      check_poison(call, item);
      if (!keys.insert(table.key_of(item).dump()).second) {
        fail_validation("Provided list of item keys contains duplicates");
      }
      ++count;
    }
  }
  if (count == 0) {
    fail_validation("The batch write request list for a table cannot be null or empty");
  }
  if (count > kMaxBatchItems) fail_validation("Too many items requested for the BatchWriteItem call");
  if (call.http.body.size() > kMaxBatchBytes)
    fail_validation("Request size has exceeded the maximum of 16 MB");
}

Json DynamoDb::batch_write_item(const Call& call, const Json& request) {
  const Json& tables = request.at("RequestItems");
  check_batch(call, tables);
  const Fault* unprocessed = call.fault(FaultKind::unprocessed);
  Json left = Json::object();
  bool any_done = false;
  for (const auto& [name, writes] : tables.items()) {
    Table& table = table_of({{"TableName", name}});
    for (const Json& write : writes) {
      if (unprocessed && world_.faults.chance(unprocessed->share)) {
        left[name].push_back(write);
        continue;
      }
      any_done = true;
      if (is_put(write))
        put(table, write["PutRequest"]["Item"]);
      else
        table.erase(write["DeleteRequest"]["Key"]);
    }
  }
  // What is throttled to the last item is no answer any more, but an error.
  if (!any_done) throw error_of(call, Fault{.kind = FaultKind::throttle}, world_.now());
  return {{"UnprocessedItems", left}};
}

}  // namespace kinesight::support::fake
