#include "publish/outbox/progress.h"

#include <algorithm>

namespace kinesight::publish::outbox {

Progress::Progress(std::string sink, CursorState from) : sink_(std::move(sink)), state_(std::move(from)) {
  restore();
}

void Progress::restore() {
  items_.clear();
  for (const auto& [sequence, sending] : state_.outstanding) {
    items_.push_back({.sequence = sequence, .marked = sending});
  }
  if (!items_.empty()) {
    items_.front().position = state_.position;
    items_.front().accepted_ms = state_.oldest_ms;
  }
  read_ = 0;
  open_ = items_.size();
  read_next_ = items_.empty() ? state_.next : items_.front().sequence;
  end_position_ = state_.position;
}

void Progress::rewind() {
  (void)state();
  restore();
}

LogPosition Progress::resume_position() const { return end_position_; }

Progress::Seen Progress::read(std::uint64_t sequence, std::int64_t accepted_ms, LogPosition position) {
  Seen seen{.wanted = false, .lost = lose_gap_before(sequence)};
  read_next_ = sequence + 1;
  if (read_ < items_.size() && items_[read_].sequence == sequence) {
    Item& item = items_[read_++];
    item.position = position;
    item.accepted_ms = accepted_ms;
    seen.wanted = !item.done;
  } else if (sequence >= state_.next) {
    items_.push_back({.sequence = sequence,
                      .position = position,
                      .accepted_ms = accepted_ms,
                      .marked = sequence < state_.suspect_until});
    ++read_;
    ++open_;
    seen.wanted = true;
  }
  return seen;
}

std::uint64_t Progress::pass(std::uint64_t sequence) {
  const auto lost = lose_gap_before(sequence);
  read_next_ = sequence + 1;
  return lost;
}

std::uint64_t Progress::reached(std::uint64_t sequence, LogPosition position) {
  const auto lost = lose_gap_before(sequence);
  read_next_ = std::max(read_next_, sequence);
  end_position_ = position;
  return lost;
}

/// Nothing was found between what was read and `sequence`.
std::uint64_t Progress::lose_gap_before(std::uint64_t sequence) {
  if (sequence <= read_next_) return 0;
  std::uint64_t lost = lose_unread_before(sequence);
  const auto from = std::max(read_next_, state_.next);
  if (sequence > from) {
    lost += sequence - from;
    state_.dropped += sequence - from;
    state_.next = sequence;
  }
  return lost;
}

/// What was outstanding before, and now cannot be read any more.
std::uint64_t Progress::lose_unread_before(std::uint64_t sequence) {
  std::uint64_t lost = 0;
  for (; read_ < items_.size() && items_[read_].sequence < sequence; ++read_) {
    if (finish(&items_[read_])) ++lost;
  }
  state_.dropped += lost;
  pop_done();
  return lost;
}

std::uint64_t Progress::skip_to(const Boundary& start) {
  if (start.sequence <= read_next_) return 0;
  std::uint64_t lost = 0;
  if (start.sequence > std::max(read_next_, state_.next)) {
    const auto accepted = start.accepted(sink_);
    const auto known = state_.base + state_.done() + open_;
    if (accepted > known) lost = accepted - known;
    state_.dropped += lost;
    state_.next = start.sequence;
  }
  lost += lose_unread_before(start.sequence);
  read_next_ = start.sequence;
  end_position_ = {};
  return lost;
}

void Progress::mark(std::span<const std::uint64_t> sequences) {
  last_mark_.clear();
  uncertain_before_ = state_.uncertain;
  for (const auto sequence : sequences) {
    Item* item = find(sequence);
    if (!item || item->done) continue;
    if (item->marked) {
      ++state_.uncertain;
    } else {
      item->marked = true;
      last_mark_.push_back(item);
    }
    state_.next = std::max(state_.next, sequence + 1);
  }
}

void Progress::undo_mark() {
  for (Item* item : last_mark_) item->marked = false;
  last_mark_.clear();
  state_.uncertain = uncertain_before_;
}

void Progress::deliver(std::span<const std::uint64_t> sequences) {
  for (const auto sequence : sequences) {
    if (finish(find(sequence))) ++state_.delivered;
  }
  pop_done();
}

void Progress::clear_marks(std::span<const std::uint64_t> sequences) {
  for (const auto sequence : sequences) {
    if (Item* item = find(sequence)) item->marked = false;
  }
}

void Progress::bury(std::uint64_t sequence) {
  if (finish(find(sequence))) ++state_.dead;
  pop_done();
}

void Progress::forget_dead(std::uint64_t count) {
  count = std::min(count, state_.dead);
  state_.dead -= count;
  state_.dropped += count;
}

bool Progress::maybe_sent(std::uint64_t sequence) const {
  const Item* item = find(sequence);
  return item && item->marked;
}

bool Progress::is_open(std::uint64_t sequence) const {
  const Item* item = find(sequence);
  return item && !item->done;
}

Progress::Item* Progress::find(std::uint64_t sequence) {
  if (items_.empty() || sequence < items_.front().sequence) return nullptr;
  const auto guess = sequence - items_.front().sequence;  // Right unless some between were not for this sink.
  if (guess < items_.size() && items_[guess].sequence == sequence) return &items_[guess];
  const auto found = std::ranges::lower_bound(items_, sequence, {}, &Item::sequence);
  return found != items_.end() && found->sequence == sequence ? &*found : nullptr;
}

/// False when it was done already.
bool Progress::finish(Item* item) {
  if (!item || item->done) return false;
  item->done = true;
  --open_;
  state_.next = std::max(state_.next, item->sequence + 1);
  return true;
}

void Progress::pop_done() {
  last_mark_.clear();  // It points into what goes.
  while (!items_.empty() && items_.front().done) {
    items_.pop_front();
    if (read_ > 0) --read_;
  }
}

std::uint64_t Progress::needed() const {
  return items_.empty() ? std::max(read_next_, state_.next) : items_.front().sequence;
}

const CursorState& Progress::state() {
  state_.outstanding.clear();
  for (const auto& item : items_) {
    if (item.sequence >= state_.next) break;
    if (!item.done) state_.outstanding.push_back({.sequence = item.sequence, .sending = item.marked});
  }
  state_.position = first_open();
  state_.oldest_ms = items_.empty() ? 0 : items_.front().accepted_ms;
  return state_;
}

}  // namespace kinesight::publish::outbox
