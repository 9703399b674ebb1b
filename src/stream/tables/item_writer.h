// Writes items into one DynamoDB table until they are in it.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "aws/services/dynamodb.h"
#include "base/clock.h"
#include "stream/tables/parallel.h"
#include "stream/tables/patience.h"

namespace kinesight::stream {

/// A table, and what its items are known by. Safe for any number of threads.
class ItemWriter {
 public:
  /// Requests of one put() that are under way at once.
  static constexpr std::size_t kInFlight = 8;

  /// `keys`: the table's key attributes, which each item has. `pool`, of kInFlight or fewer, and `clock`
  /// outlive it.
  ItemWriter(aws::DynamoDb dynamodb, std::string table, std::vector<std::string> keys, Pool& pool,
             Clock& clock, telemetry::Telemetry telemetry)
      : dynamodb_(std::move(dynamodb)),
        table_(table),
        keys_(std::move(keys)),
        pool_(pool),
        patience_(std::move(table), clock, telemetry) {}

  /// BatchWriteItem, as often as it takes; of items with the same key the last one. What comes back
  /// unprocessed is sent again alone, throttled and failed calls as they were, after pauses that grow, for
  /// ever. Errors: cancelled; invalid, denied, not_found, as DynamoDB has them of the request.
  Result<> put(std::vector<aws::Item> items, std::stop_token stop);

 private:
  Result<> put_batch(std::vector<aws::Item> items, std::stop_token stop);

  const aws::DynamoDb dynamodb_;
  const std::string table_;
  const std::vector<std::string> keys_;
  Pool& pool_;
  Patience patience_;
};

}  // namespace kinesight::stream
