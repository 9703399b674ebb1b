// Events in an Amazon DynamoDB table: one flat item an event.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aws/services/dynamodb.h"
#include "event/envelope.h"
#include "event/query.h"
#include "publish/ddb/options.h"

namespace kinesight::publish {

/// event_id (hash key), ts_ms (range key), camera_id, producer, type, label, conf, bbox (list), extras (map),
/// ttl = ts_ms/1000 + ttl_days x 86,400. Numbers are written so that they read back exactly.
aws::Item to_item(const event::Envelope& envelope, int ttl_days);
/// Error: corrupt, naming the attribute.
Result<event::Envelope> from_item(const aws::Item& item);

/// Writes and reads events. Safe for any number of threads.
class EventTable {
 public:
  EventTable(DdbOptions options, aws::DynamoDb dynamodb)
      : options_(std::move(options)), dynamodb_(std::move(dynamodb)) {}

  /// PutItem.
  Result<> put_event(const event::Envelope& envelope, std::stop_token stop) const;
  /// BatchWriteItem, in as many calls as it takes: 25 items each at most, and a key (event_id, ts_ms) that
  /// comes again goes into a later call, so that the last one stays. UnprocessedItems and throttled calls are
  /// tried again.
  Result<> put_events(std::span<const event::Envelope> envelopes, std::stop_token stop) const;
  /// The events of a camera from `start_ts_ms` on, by camera_id-ts_ms-index, through all pages, without
  /// expired ones.
  Result<std::vector<event::Envelope>> query_by_camera(const std::string& camera_id, std::int64_t start_ts_ms,
                                                       std::size_t limit, std::stop_token stop) const;
  /// The same with all that a query may ask: needs query.camera_id. Error: invalid without one.
  Result<std::vector<event::Envelope>> query(const event::Query& query, std::int64_t now_ms,
                                             std::stop_token stop) const;

  const aws::DynamoDb& dynamodb() const { return dynamodb_; }
  const DdbOptions& options() const { return options_; }

 private:
  const DdbOptions options_;
  const aws::DynamoDb dynamodb_;
};

}  // namespace kinesight::publish
