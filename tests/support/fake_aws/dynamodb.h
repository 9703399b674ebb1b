// Amazon DynamoDB, API version 2012-08-10, in memory.
#pragma once

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "support/fake_aws/dynamodb_table.h"
#include "support/fake_aws/service.h"

namespace kinesight::support::fake {

class DynamoDb final : public Service {
 public:
  /// `creating`: descriptions that say CREATING before a new table is ACTIVE.
  DynamoDb(World& world, int creating) : world_(world), creating_(creating) {}

  HttpResponse handle(Call& call) override;
  void reset() override;

 private:
  using Json = nlohmann::json;

  // dynamodb.cpp
  Json answer(Call& call, const Json& request);
  Json create_table(const Json& request);
  Json describe_table(const Json& request);
  Json delete_table(const Json& request);
  Json list_tables() const;
  Json update_time_to_live(const Json& request);
  Json describe_time_to_live(const Json& request);
  Table& table_of(const Json& request);
  Table& table_named(const std::string& name);

  // dynamodb_items.cpp
  Json put_item(const Call& call, const Json& request);
  Json get_item(const Json& request);
  Json delete_item(const Json& request);
  Json batch_write_item(const Call& call, const Json& request);
  void check_batch(const Call& call, const Json& tables);
  void put(Table& table, const Json& item);

  // dynamodb_query.cpp
  Json query(const Json& request);
  Json scan(const Json& request);
  Json page(const Table& table, const Json& request, const std::string& key_condition);

  World& world_;
  const int creating_;
  std::mutex mutex_;
  std::map<std::string, Table> tables_;
};

}  // namespace kinesight::support::fake
