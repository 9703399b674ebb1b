// A reader's question about events, as DynamoDB takes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "aws/services/dynamodb.h"
#include "event/query.h"

namespace kinesight::publish {

/// The index that finds a camera's events by time.
inline constexpr const char* kCameraIndex = "camera_id-ts_ms-index";

/// The query of `query.camera_id`'s events in `table` that are not expired at `now_ms`, by kCameraIndex.
/// Nothing: no event can match.
std::optional<aws::ItemQuery> item_query(const std::string& table, const event::Query& query,
                                         std::int64_t now_ms);

}  // namespace kinesight::publish
