#include "stream/windows/watermarks.h"

#include <algorithm>

namespace kinesight::stream {

void Watermarks::open(const std::string& shard) { shards_.try_emplace(shard); }

void Watermarks::seen(const std::string& shard, std::int64_t event_ms) {
  raise(shard, event_ms - lateness_ms_);
}

void Watermarks::idle(const std::string& shard, std::int64_t now_ms) { raise(shard, now_ms - lateness_ms_); }

void Watermarks::close(const std::string& shard, std::span<const std::string> children) {
  const auto closed = shards_.find(shard);
  if (closed == shards_.end()) return;
  const auto came_to = closed->second;
  shards_.erase(closed);
  for (const std::string& child : children) {
    const auto [entry, is_new] = shards_.try_emplace(child, came_to);
    // The other parent was here before. One that has no watermark had no record: it holds nobody back.
    if (!is_new && came_to) entry->second = std::min(entry->second.value_or(*came_to), *came_to);
  }
  settle();
}

std::optional<std::int64_t> Watermarks::of(const std::string& shard) const {
  const auto found = shards_.find(shard);
  return found == shards_.end() ? std::nullopt : found->second;
}

void Watermarks::restore(std::optional<std::int64_t> watermark,
                         const std::map<std::string, std::optional<std::int64_t>>& shards) {
  shards_ = shards;
  watermark_ = watermark;
  // All of them may be beyond it: raise() looks at those alone that hold it back.
  settle();
}

void Watermarks::raise(const std::string& shard, std::int64_t to_ms) {
  const auto found = shards_.find(shard);
  if (found == shards_.end() || (found->second && *found->second >= to_ms)) return;
  // Of many records few move the least of all shards.
  const bool was_least = !found->second || !watermark_ || *found->second <= *watermark_;
  found->second = to_ms;
  if (was_least) settle();
}

void Watermarks::settle() {
  if (shards_.empty()) return;
  std::optional<std::int64_t> least;
  for (const auto& [shard, came_to] : shards_) {
    if (!came_to) return;
    least = std::min(least.value_or(*came_to), *came_to);
  }
  if (!watermark_ || *least > *watermark_) watermark_ = least;
}

}  // namespace kinesight::stream
