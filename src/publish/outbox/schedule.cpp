#include "publish/outbox/schedule.h"

#include <algorithm>
#include <functional>

#include "publish/outbox/doorbell.h"

namespace kinesight::publish::outbox {
namespace {

// What is remembered of keys that have no entry, and of parts: their number has a bound, theirs has not.
constexpr std::size_t kMostKeys = 16 * 1024;
constexpr std::size_t kMostParts = 16 * 1024;

}  // namespace

Schedule::Schedule(Window& window, BatchLimits limits, int failure_limit)
    : window_(window), limits_(limits), failure_limit_(failure_limit) {}

Schedule::Key Schedule::key_of(const std::string& name) {
  if (last_key_ < keys_.size() && keys_[last_key_].name == name) return last_key_;
  if (const auto found = key_index_.find(name); found != key_index_.end()) return last_key_ = found->second;
  if (free_keys_.empty()) {
    free_keys_.push_back(static_cast<Key>(keys_.size()));
    keys_.emplace_back();
  }
  last_key_ = free_keys_.back();
  free_keys_.pop_back();
  keys_[last_key_].name = name;
  key_index_.emplace(name, last_key_);
  return last_key_;
}

void Schedule::forget_if_idle(Key key) {
  if (keys_[key].place != Place::idle || key_index_.size() <= kMostKeys) return;
  key_index_.erase(keys_[key].name);
  keys_[key] = KeyQueue();
  free_keys_.push_back(key);
}

void Schedule::add(Slot slot) {
  Item& item = window_[slot];
  item.key = key_of(item.entry.key);
  KeyQueue& queue = keys_[item.key];
  if (queue.last == kNoSlot) {
    queue.first = slot;
  } else {
    window_[queue.last].next = slot;
  }
  queue.last = slot;
  ++queue.entries;
  queue.bytes += item.cost;
  if (queue.place == Place::idle) {
    enlist(item.key);
  } else if (queue.place == Place::ready && !limits_.one_per_key) {
    ++ready_entries_;
    ready_bytes_ += item.cost;
  }
}

Clock::Steady Schedule::free_at(const KeyQueue& queue) const {
  return queue.part == kUnknown ? queue.not_before : std::max(queue.not_before, parts_[queue.part].until);
}

/// A key that was idle or busy goes where it belongs. One without a pause was free at the beginning of time.
void Schedule::enlist(Key key) {
  KeyQueue& queue = keys_[key];
  if (queue.first == kNoSlot) {
    queue.place = Place::idle;
    forget_if_idle(key);
  } else if (const auto at = free_at(queue); at > now_) {
    queue.place = Place::waiting;
    waiting_.emplace_back(at, key);
    std::ranges::push_heap(waiting_, std::greater());
  } else {
    make_ready(key);
  }
}

void Schedule::make_ready(Key key) {
  KeyQueue& queue = keys_[key];
  queue.place = Place::ready;
  ready_.emplace_back(window_[queue.first].entry.sequence, key);
  std::ranges::push_heap(ready_, std::greater());
  ready_entries_ += sendable(queue);
  ready_bytes_ += sendable_bytes(queue);
}

std::size_t Schedule::sendable_bytes(const KeyQueue& queue) const {
  return limits_.one_per_key ? window_[queue.first].cost : queue.bytes;
}

void Schedule::take_ready_off(const KeyQueue& queue) {
  ready_entries_ -= sendable(queue);
  ready_bytes_ -= sendable_bytes(queue);
}

void Schedule::wake(Clock::Steady now) {
  now_ = now;
  while (!waiting_.empty() && waiting_.front().first <= now) {
    std::ranges::pop_heap(waiting_, std::greater());
    const Key key = waiting_.back().second;
    waiting_.pop_back();
    enlist(key);
  }
}

Clock::Steady Schedule::next_wake() const { return waiting_.empty() ? kNever : waiting_.front().first; }

bool Schedule::full() const {
  return ready_entries_ >= limits_.entries || (limits_.bytes > 0 && ready_bytes_ >= limits_.bytes);
}

std::size_t Schedule::missing() const { return full() ? 0 : limits_.entries - ready_entries_; }

Clock::Steady Schedule::due_at() const {
  if (ready_.empty()) return kNever;
  return window_[keys_[ready_.front().second].first].read_at + limits_.linger;
}

void Schedule::pick(std::vector<Slot>& into) {
  std::size_t bytes = 0;
  bool more = true;
  while (more && !ready_.empty() && into.size() < limits_.entries) {
    std::ranges::pop_heap(ready_, std::greater());
    const Key key = ready_.back().second;
    ready_.pop_back();
    KeyQueue& queue = keys_[key];
    take_ready_off(queue);
    const std::size_t before = into.size();
    more = take_from(queue, into, bytes);
    if (into.size() > before) {
      queue.place = Place::busy;
    } else {
      passed_over_.push_back(key);
    }
  }
  for (const Key key : passed_over_) make_ready(key);
  passed_over_.clear();
}

/// Moves entries from the front of `queue` into `batch`; false when the batch can take no more of any key.
bool Schedule::take_from(KeyQueue& queue, std::vector<Slot>& batch, std::size_t& bytes) {
  while (queue.first != kNoSlot && batch.size() < limits_.entries) {
    Item& item = window_[queue.first];
    // What the sink has refused once goes alone: it would spoil the others' request again.
    if (item.refusals > 0 && !batch.empty()) return true;
    if (limits_.bytes > 0 && !batch.empty() && bytes + item.cost > limits_.bytes) return false;
    if (!fits(item, batch)) return true;
    batch.push_back(queue.first);
    bytes += item.cost;
    queue.bytes -= item.cost;
    --queue.entries;
    queue.first = item.next;
    if (queue.first == kNoSlot) queue.last = kNoSlot;
    item.next = kNoSlot;
    if (item.refusals > 0) return false;
    if (limits_.one_per_key) return true;
  }
  return true;
}

/// Whether the batch's rules about names let `item` in.
bool Schedule::fits(const Item& item, const std::vector<Slot>& batch) const {
  if (!limits_.one_per_name) return true;
  return std::ranges::none_of(batch, [&](Slot slot) { return window_[slot].entry.name == item.entry.name; });
}

void Schedule::put_back(std::span<const Slot> slots) {
  for (auto slot = slots.rbegin(); slot != slots.rend(); ++slot) {
    Item& item = window_[*slot];
    KeyQueue& queue = keys_[item.key];
    item.next = queue.first;
    queue.first = *slot;
    if (queue.last == kNoSlot) queue.last = *slot;
    ++queue.entries;
    queue.bytes += item.cost;
  }
}

void Schedule::release(Key key, Clock::Steady not_before) {
  keys_[key].not_before = not_before;
  enlist(key);
}

void Schedule::unpick(std::span<const Slot> slots) {
  put_back(slots);
  for (const Slot slot : slots) {
    const Key key = window_[slot].key;
    if (keys_[key].place == Place::busy) enlist(key);
  }
}

void Schedule::learn(Key key, const std::string& part) {
  KeyQueue& queue = keys_[key];
  if (part.empty() || (queue.part != kUnknown && parts_[queue.part].name == part)) return;
  auto found = part_index_.find(part);
  if (found == part_index_.end()) {
    if (parts_.size() >= kMostParts) return;
    found = part_index_.emplace(part, static_cast<Part>(parts_.size())).first;
    parts_.push_back({.name = part});
  }
  queue.part = found->second;
}

void Schedule::pause(Part part, Clock::Steady until) {
  parts_[part].until = until;
  const auto kept =
      std::ranges::partition(ready_, [&](const auto& ready) { return keys_[ready.second].part != part; });
  std::vector<Key> paused;
  for (const auto& [sequence, key] : kept) paused.push_back(key);
  ready_.erase(kept.begin(), kept.end());
  std::ranges::make_heap(ready_, std::greater());
  for (const Key key : paused) {
    take_ready_off(keys_[key]);
    enlist(key);
  }
}

void Schedule::set(int& failures, int value) {
  if (failures <= failure_limit_ && value > failure_limit_) ++troubled_;
  if (failures > failure_limit_ && value <= failure_limit_) --troubled_;
  failures = value;
}

}  // namespace kinesight::publish::outbox
