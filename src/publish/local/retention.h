// How long the local store keeps what it has.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "publish/local/event_log.h"

namespace kinesight::publish {

/// What may stay. 0 stands for no limit.
struct RetentionPolicy {
  double days = 0;
  std::int64_t max_bytes = 0;  ///< Of events and pictures together.
};

/// What one call of enforce() deleted, and why.
struct RetentionSlice {
  Deleted deleted;
  std::string_view reason;  ///< "age", "size"; empty when all that is there may stay.
};

/// Deletes the oldest of what must go by `now_ms`: about a thousand rows at most, so that a writer is not
/// held up for long. Call it until it has nothing to do. The rows go first; the files are the caller's to
/// delete.
Result<RetentionSlice> enforce(EventLog& log, const RetentionPolicy& policy, std::int64_t now_ms);

}  // namespace kinesight::publish
