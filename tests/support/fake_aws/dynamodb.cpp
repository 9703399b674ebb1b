#include "support/fake_aws/dynamodb.h"

namespace kinesight::support::fake {

using Json = nlohmann::json;

HttpResponse DynamoDb::handle(Call& call) {
  const Json request = Json::parse(call.http.body);
  const std::lock_guard lock(mutex_);
  HttpResponse response = answer_json(answer(call, request).dump());
  response.headers.find("Content-Type")->second = "application/x-amz-json-1.0";
  return response;
}

Json DynamoDb::answer(Call& call, const Json& request) {
  if (call.action == "PutItem") return put_item(call, request);
  if (call.action == "BatchWriteItem") return batch_write_item(call, request);
  if (call.action == "GetItem") return get_item(request);
  if (call.action == "DeleteItem") return delete_item(request);
  if (call.action == "Query") return query(request);
  if (call.action == "Scan") return scan(request);
  if (call.action == "CreateTable") return create_table(request);
  if (call.action == "DescribeTable") return describe_table(request);
  if (call.action == "DeleteTable") return delete_table(request);
  if (call.action == "ListTables") return list_tables();
  if (call.action == "UpdateTimeToLive") return update_time_to_live(request);
  if (call.action == "DescribeTimeToLive") return describe_time_to_live(request);
  throw ServiceError(400, "UnknownOperationException", "");
}

void DynamoDb::reset() {
  const std::lock_guard lock(mutex_);
  tables_.clear();
}

Table& DynamoDb::table_named(const std::string& name) {
  const auto found = tables_.find(name);
  if (found == tables_.end()) {
    throw ServiceError(400, "ResourceNotFoundException", "Requested resource not found: Table: {} not found",
                       name);
  }
  return found->second;
}

Table& DynamoDb::table_of(const Json& request) {
  Table& table = table_named(request.at("TableName"));
  if (table.creating > 0)
    throw ServiceError(400, "ResourceNotFoundException", "Requested resource not found");
  return table;
}

Json DynamoDb::create_table(const Json& request) {
  Table table(request, world_.now());
  table.creating = creating_;
  const std::string name = table.name();
  const Json description = table.describe(true);
  if (!tables_.try_emplace(name, std::move(table)).second) {
    throw ServiceError(400, "ResourceInUseException", "Table already exists: {}", name);
  }
  return {{"TableDescription", description}};
}

Json DynamoDb::describe_table(const Json& request) {
  Table& table = table_named(request.at("TableName"));
  const bool creating = table.creating > 0;
  if (creating) --table.creating;
  return {{"Table", table.describe(creating)}};
}

Json DynamoDb::delete_table(const Json& request) {
  Json description = table_of(request).describe(false);
  description["TableStatus"] = "DELETING";
  tables_.erase(request.at("TableName").get<std::string>());
  return {{"TableDescription", description}};
}

Json DynamoDb::list_tables() const {
  Json names = Json::array();
  for (const auto& [name, table] : tables_) names.push_back(name);
  return {{"TableNames", names}};
}

Json DynamoDb::update_time_to_live(const Json& request) {
  Table& table = table_of(request);
  const Json& wanted = request.at("TimeToLiveSpecification");
  const bool enable = wanted.at("Enabled");
  const std::string attribute = wanted.at("AttributeName");
  if (enable == !table.ttl_attribute.empty()) {
    throw ServiceError(400, "ValidationException", "TimeToLive is already {}",
                       enable ? "enabled" : "disabled");
  }
  table.ttl_attribute = enable ? attribute : "";
  return {{"TimeToLiveSpecification", wanted}};
}

Json DynamoDb::describe_time_to_live(const Json& request) {
  const Table& table = table_of(request);
  if (table.ttl_attribute.empty()) return {{"TimeToLiveDescription", {{"TimeToLiveStatus", "DISABLED"}}}};
  return {
      {"TimeToLiveDescription", {{"TimeToLiveStatus", "ENABLED"}, {"AttributeName", table.ttl_attribute}}}};
}

}  // namespace kinesight::support::fake
