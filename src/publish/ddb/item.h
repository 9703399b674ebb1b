// The DynamoDB item of an event.
#pragma once

#include <cstdint>

#include "aws/services/dynamodb.h"
#include "base/result.h"
#include "event/envelope.h"

namespace kinesight::publish {

/// event_id (hash key), ts_ms (range key), camera_id, producer, type, label, conf, bbox (list), extras (map),
/// ttl = ts_ms/1000 + ttl_days x 86,400. Numbers are written so that they read back exactly.
aws::Item to_item(const event::Envelope& envelope, int ttl_days);

/// Whether the table can take `item`, as far as we can tell. Error: invalid (an empty event_id or camera_id,
/// which are keys; over 400 KB).
Result<> check_item(const aws::Item& item);

/// Error: corrupt, naming the event and the attribute.
Result<event::Envelope> from_item(const aws::Item& item);

/// Whether the item's time to live is over: DynamoDB may take days to delete it.
bool is_expired(const aws::Item& item, std::int64_t now_ms);

}  // namespace kinesight::publish
