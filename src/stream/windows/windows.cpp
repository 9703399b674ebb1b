#include "stream/windows/windows.h"

#include <algorithm>
#include <numeric>

namespace kinesight::stream {
namespace {

/// The greatest multiple of `step` that is not above `time`, before the epoch too.
std::int64_t floor_to(std::int64_t time, std::int64_t step) {
  const std::int64_t rest = time % step;
  return time - (rest < 0 ? rest + step : rest);
}

}  // namespace

Windows::Windows(const WindowShape& shape, std::vector<Aggregate> aggregates, bool tracking,
                 std::size_t max_keys)
    : shape_(shape),
      pane_ms_(std::gcd(shape.size_ms, shape.slide_ms)),
      aggregates_(std::move(aggregates)),
      tracking_(tracking),
      max_keys_(max_keys),
      ended_ms_(kNever) {}

Taken Windows::add(std::string_view key, std::int64_t event_ms,
                   std::span<const std::optional<double>> numbers, std::uint64_t message_id,
                   std::int64_t key_ended_ms) {
  if (newest_end(event_ms) <= std::max(ended_ms_, key_ended_ms)) return Taken::late;
  const std::int64_t start_ms = floor_to(event_ms, pane_ms_);
  if (open_keys_ >= max_keys_ && !holds(start_ms, key)) return Taken::full;
  Pane& pane = panes_[start_ms];
  if (message_id != 0 && !pane.message_ids.insert(message_id).second) return Taken::duplicate;
  if (message_id != 0 && tracking_) pane.new_ids.push_back(message_id);
  auto found = pane.keys.find(key);
  if (found == pane.keys.end()) {
    found = pane.keys.emplace(key, KeyState(aggregates_)).first;
    ++open_keys_;
  }
  ++found->second.records;
  found->second.cells.add(aggregates_, event_ms, numbers);
  if (tracking_ && !found->second.changed) {
    found->second.changed = true;
    pane.changed.push_back(&*found);
  }
  return Taken::counted;
}

void Windows::end(std::int64_t watermark_ms, const std::function<void(WindowResult)>& take) {
  if (watermark_ms <= ended_ms_) return;
  while (!panes_.empty()) {
    // Of the windows that hold the oldest pane those that are still open, from the oldest on.
    const std::int64_t pane = panes_.begin()->first;
    const std::int64_t newest = floor_to(pane, shape_.slide_ms);
    std::int64_t start = newest + shape_.slide_ms;
    while (start - shape_.slide_ms + shape_.size_ms > std::max(pane, ended_ms_)) start -= shape_.slide_ms;
    for (; start <= newest && start + shape_.size_ms <= watermark_ms; start += shape_.slide_ms) {
      collect(start, take);
      ended_ms_ = std::max(ended_ms_, start + shape_.size_ms);
    }
    if (start <= newest) break;
    open_keys_ -= panes_.begin()->second.keys.size();
    panes_.erase(pane);
    if (tracking_) dropped_.push_back(pane);
  }
  ended_ms_ = watermark_ms;
}

void Windows::take_changes(WindowChanges& changes) {
  for (const std::int64_t pane : dropped_) changes.dropped(pane);
  dropped_.clear();
  for (auto& [start, pane] : panes_) {
    for (Keys::value_type* entry : pane.changed) {
      changes.key(start, entry->first, entry->second.records, entry->second.cells);
      entry->second.changed = false;
    }
    pane.changed.clear();
    if (!pane.new_ids.empty()) changes.message_ids(start, pane.new_ids);
    pane.new_ids.clear();
  }
}

void Windows::tell_all(WindowChanges& to) const {
  for (const auto& [start, pane] : panes_) {
    for (const auto& [key, state] : pane.keys) to.key(start, key, state.records, state.cells);
    const std::vector<std::uint64_t> ids(pane.message_ids.begin(), pane.message_ids.end());
    if (!ids.empty()) to.message_ids(start, ids);
  }
}

void Windows::restore_key(std::int64_t pane_ms, std::string_view key, std::int64_t records, Cells cells) {
  const auto [entry, is_new] = panes_[pane_ms].keys.emplace(key, KeyState(aggregates_));
  open_keys_ += is_new ? 1 : 0;
  entry->second.records = records;
  entry->second.cells = std::move(cells);
}

void Windows::restore_message_ids(std::int64_t pane_ms, std::span<const std::uint64_t> ids) {
  panes_[pane_ms].message_ids.insert(ids.begin(), ids.end());
}

bool Windows::holds(std::int64_t pane_ms, std::string_view key) const {
  const auto pane = panes_.find(pane_ms);
  return pane != panes_.end() && pane->second.keys.contains(key);
}

std::int64_t Windows::newest_end(std::int64_t event_ms) const {
  return floor_to(event_ms, shape_.slide_ms) + shape_.size_ms;
}

/// Gives what the window that begins at `start_ms` came to.
void Windows::collect(std::int64_t start_ms, const std::function<void(WindowResult)>& take) const {
  const std::int64_t end_ms = start_ms + shape_.size_ms;
  const auto first = panes_.lower_bound(start_ms), past = panes_.lower_bound(end_ms);
  std::map<std::string_view, KeyState> sums;  // Where there are several panes.
  std::vector<std::pair<std::string_view, const KeyState*>> keys;
  if (std::next(first) == past) {
    for (const auto& [key, state] : first->second.keys) keys.emplace_back(key, &state);
    std::ranges::sort(keys);
  } else {
    for (auto pane = first; pane != past; ++pane) {
      for (const auto& [key, state] : pane->second.keys) {
        const auto sum = sums.try_emplace(key, aggregates_).first;
        sum->second.records += state.records;
        sum->second.cells.merge(aggregates_, state.cells);
      }
    }
    for (const auto& [key, sum] : sums) keys.emplace_back(key, &sum);
  }
  for (const auto& [key, state] : keys) {
    take({.key = std::string(key),
          .start_ms = start_ms,
          .end_ms = end_ms,
          .records = state->records,
          .values = state->cells.values(aggregates_)});
  }
}

}  // namespace kinesight::stream
