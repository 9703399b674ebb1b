#include "publish/outbox/window.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace kinesight::publish::outbox {

Window::Window(std::size_t max_entries, std::size_t max_bytes)
    : max_entries_(std::max<std::size_t>(max_entries, 1)),
      max_bytes_(max_bytes),
      ring_(std::bit_ceil(max_entries_)),
      mask_(ring_.size() - 1) {}

Slot Window::add(Entry&& entry) {
  const auto slot = static_cast<Slot>(end_++ & mask_);
  bytes_ += entry.payload.size();
  Item& item = ring_[slot];
  item = Item();
  item.entry = std::move(entry);
  return slot;
}

void Window::finish(Slot slot) {
  Item& done = ring_[slot];
  bytes_ -= done.entry.payload.size();
  done.entry = Entry();
  done.done = true;
  while (begin_ != end_ && ring_[begin_ & mask_].done) ++begin_;
}

}  // namespace kinesight::publish::outbox
