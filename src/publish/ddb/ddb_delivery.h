// Delivery of events to Amazon DynamoDB.
#pragma once

#include <utility>

#include "publish/ddb/event_table.h"
#include "publish/outbox/delivery.h"

namespace kinesight::publish {

/// One BatchWriteItem a request. UnprocessedItems are `throttled`; a payload that is no envelope, and an item
/// that the table cannot take (check_item()), are `refused` unsent. An event that is written twice is one
/// item.
///
/// Whole requests: only what AWS says of items (ValidationException, SerializationException, 413) is
/// `invalid`; what it says of the set-up is `denied`, so that it makes no dead letters.
class DdbDelivery final : public Delivery {
 public:
  explicit DdbDelivery(EventTable table) : table_(std::move(table)) {}

  std::string_view sink() const override { return "ddb"; }
  Stream stream() const override { return Stream::events; }
  BatchLimits limits() const override;
  BatchResult deliver(std::span<const Entry* const> batch, std::stop_token stop) override;
  /// written, failed, batches_sent.
  Totals totals(const DeliveryCounts& counts) const override;

 private:
  const EventTable table_;
};

}  // namespace kinesight::publish
