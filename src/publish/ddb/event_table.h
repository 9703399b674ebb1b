// Events in an Amazon DynamoDB table: one flat item an event.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "aws/services/dynamodb.h"
#include "base/clock.h"
#include "event/envelope.h"
#include "event/query.h"
#include "publish/ddb/item.h"
#include "publish/ddb/options.h"

namespace kinesight::publish {

/// Writes and reads events. Safe for any number of threads.
class EventTable {
 public:
  EventTable(DdbOptions options, aws::DynamoDb dynamodb, Clock& clock = Clock::system())
      : options_(std::move(options)), dynamodb_(std::move(dynamodb)), clock_(&clock) {}

  /// PutItem. Errors: invalid (check_item()), those of aws::DynamoDb.
  Result<> put_event(const event::Envelope& envelope, std::stop_token stop) const;
  /// BatchWriteItem, in as many calls as it takes: 25 items each at most, and a key (event_id, ts_ms) that
  /// comes again goes into a later call, so that the last one stays. UnprocessedItems, throttled and failed
  /// calls are tried again with backoff, kTries times in a row without progress. Errors: invalid (nothing was
  /// written), cancelled, those of aws::DynamoDb (earlier calls' events are written).
  Result<> put_events(std::span<const event::Envelope> envelopes, std::stop_token stop) const;
  static constexpr int kTries = 8;

  /// The events of a camera from `start_ts_ms` on, the oldest first, by camera_id-ts_ms-index, through all
  /// pages, without expired ones; at most `limit`, 0 for no limit.
  Result<std::vector<event::Envelope>> query_by_camera(const std::string& camera_id, std::int64_t start_ts_ms,
                                                       std::size_t limit, std::stop_token stop) const;
  /// The same with all that a query may ask: needs query.camera_id. Errors: invalid without one; corrupt (an
  /// item that is no event); those of aws::DynamoDb.
  Result<std::vector<event::Envelope>> query(const event::Query& query, std::int64_t now_ms,
                                             std::stop_token stop) const;

  const aws::DynamoDb& dynamodb() const { return dynamodb_; }
  const DdbOptions& options() const { return options_; }

 private:
  Result<> put_batch(std::vector<aws::Item> items, std::stop_token stop) const;

  const DdbOptions options_;
  const aws::DynamoDb dynamodb_;
  Clock* const clock_;
};

}  // namespace kinesight::publish
