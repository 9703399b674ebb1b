#include "publish/ddb/archive.h"

#include <algorithm>
#include <iterator>

namespace kinesight::publish {
namespace {

/// Whether `a` is handed out before `b`. The id makes the order of one moment's events the same each time.
bool before(const event::Envelope& a, const event::Envelope& b, event::Order order) {
  if (a.payload.ts_ms != b.payload.ts_ms) {
    return (a.payload.ts_ms < b.payload.ts_ms) == (order == event::Order::oldest_first);
  }
  return a.event_id < b.event_id;
}

}  // namespace

Result<std::vector<event::Envelope>> DdbArchive::events(const event::Query& query) const {
  const std::vector<std::string> cameras =
      query.camera_id.empty() ? camera_ids_ : std::vector{query.camera_id};
  if (cameras.empty()) {
    return fail(ErrorKind::invalid,
                "DynamoDB finds events by camera: expected a camera_id, or a camera in the "
                "configuration");
  }
  std::vector<event::Envelope> merged;
  event::Query one = query;
  for (const auto& camera : cameras) {
    one.camera_id = camera;
    auto found = table_.query(one, clock_->wall_ms(), stop_);
    if (!found) return found;
    std::ranges::move(*found, std::back_inserter(merged));
    std::ranges::sort(merged, [&](const auto& a, const auto& b) { return before(a, b, query.order); });
    if (query.limit != 0 && merged.size() > query.limit) merged.resize(query.limit);
  }
  return merged;
}

Result<std::vector<std::uint8_t>> DdbArchive::snapshot(const std::string& key) const {
  return fail(ErrorKind::not_found, "DynamoDB keeps no pictures: look for {} where s3 or local saved it",
              key);
}

}  // namespace kinesight::publish
