// Amazon DynamoDB (API version 2012-08-10), as wide as the product needs it. Items are JSON objects in
// DynamoDB's own form: {"event_id": {"S": "…"}, "ts_ms": {"N": "…"}}.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "aws/client.h"

namespace kinesight::aws {

using Item = nlohmann::json;

/// Question for the items of one partition of a table or of one of its indexes.
struct ItemQuery {
  std::string table;
  std::string index;              ///< Empty: the table itself.
  std::string key_condition;      ///< KeyConditionExpression.
  std::string filter;             ///< FilterExpression; empty for none.
  Item names = Item::object();    ///< ExpressionAttributeNames.
  Item values = Item::object();   ///< ExpressionAttributeValues.
  bool forward = true;            ///< By the sort key, upwards.
  bool consistent = false;        ///< Sees all writes that are over; not of an index.
  std::optional<int> page_items;  ///< Looked at a page, before the filter.
};

/// What the item that is there has to be like for another to take its place.
struct ItemCondition {
  std::string expression;        ///< ConditionExpression.
  Item names = Item::object();   ///< ExpressionAttributeNames.
  Item values = Item::object();  ///< ExpressionAttributeValues.
};

/// A page of an answer.
struct ItemPage {
  std::vector<Item> items;
  std::optional<Item> next;  ///< Hand it back for the next page; nothing after the last.
};

/// DynamoDB in one region. Safe for any number of threads.
class DynamoDb {
 public:
  static constexpr std::size_t kMaxBatchItems = 25;  ///< A BatchWriteItem request.
  static constexpr std::size_t kMaxItemBytes = 400 * 1024;
  static constexpr std::size_t kMaxBatchBytes = 16 * 1024 * 1024;

  static Result<DynamoDb> make(Session& session, const ClientOptions& options);

  /// dynamodb:PutItem. `attempts`: see Call::max_attempts.
  CallResult<> put_item(const std::string& table, const Item& item, std::optional<int> attempts,
                        std::stop_token stop) const;
  /// dynamodb:PutItem where `condition` holds; false: it does not, and nothing was put. After a try whose
  /// answer got lost, the next may find that the first has changed what the condition is about.
  CallResult<bool> put_item_if(const std::string& table, const Item& item, const ItemCondition& condition,
                               std::stop_token stop) const;
  /// dynamodb:BatchWriteItem of at most 25 items with distinct keys, one try. Gives back the items that the
  /// table did not take this time (UnprocessedItems), as they came.
  CallResult<std::vector<Item>> batch_put(const std::string& table, std::span<const Item> items,
                                          std::stop_token stop) const;
  /// dynamodb:Query
  CallResult<ItemPage> query(const ItemQuery& query, const std::optional<Item>& from,
                             std::stop_token stop) const;
  /// dynamodb:Scan: a page of all items of a table, in no order that means something; each write that is over
  /// is seen. `page_items`: at most so many a page, which is never more than 1 MiB.
  CallResult<ItemPage> scan(const std::string& table, std::optional<int> page_items,
                            const std::optional<Item>& from, std::stop_token stop) const;
  /// dynamodb:DeleteItem: of its key attributes. No error when there is none.
  CallResult<> delete_item(const std::string& table, const Item& key, std::stop_token stop) const;
  /// dynamodb:DescribeTable: its `Table` object as AWS gives it. Error: not_found.
  CallResult<nlohmann::json> describe_table(const std::string& table, std::stop_token stop) const;
  /// dynamodb:CreateTable, from a request as AWS documents it.
  CallResult<> create_table(const nlohmann::json& request, std::stop_token stop) const;
  /// dynamodb:DescribeTimeToLive: the attribute, when it is on (or being switched on).
  CallResult<std::optional<std::string>> time_to_live(const std::string& table, std::stop_token stop) const;
  /// dynamodb:UpdateTimeToLive
  CallResult<> set_time_to_live(const std::string& table, const std::string& attribute,
                                std::stop_token stop) const;

  const Client& client() const { return client_; }

 private:
  explicit DynamoDb(Client client) : client_(std::move(client)) {}
  Client client_;
};

}  // namespace kinesight::aws
