// Window: the entries that a drain has read, from the oldest that is not done on.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "base/clock.h"
#include "publish/outbox/entry.h"

namespace kinesight::publish::outbox {

/// Where an entry is in the window. It stays there until it is done.
using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = std::numeric_limits<Slot>::max();

/// An entry on its way.
struct Item {
  Entry entry;
  std::size_t cost = 0;     ///< What it takes of BatchLimits::bytes.
  Clock::Steady read_at{};  ///< From when on it may linger.
  std::uint32_t key = 0;    ///< In the schedule.
  Slot next = kNoSlot;      ///< The entry after it in its key's queue.
  int tries = 0;            ///< How often it was sent.
  int refusals = 0;         ///< How often the sink refused it.
  bool maybe_sent = false;  ///< When it is sent once more, that may make a duplicate.
  bool done = false;
};

/// A ring of a fixed size: adding an entry costs no allocation of its own. Used by one thread, except that
/// others may read the entry of an item that is being sent.
class Window {
 public:
  Window(std::size_t max_entries, std::size_t max_bytes);

  /// How many entries may be read, and of how many bytes.
  std::size_t room() const {
    return bytes_ < max_bytes_ ? max_entries_ - static_cast<std::size_t>(end_ - begin_) : 0;
  }
  std::size_t room_bytes() const { return max_bytes_ - bytes_; }

  Slot add(Entry&& entry);
  Item& operator[](Slot slot) { return ring_[slot]; }
  const Item& operator[](Slot slot) const { return ring_[slot]; }
  /// It is delivered, or buried: forgets it.
  void finish(Slot slot);

  bool empty() const { return begin_ == end_; }
  /// The sequence of the oldest that is not done; there must be one.
  std::uint64_t oldest() const { return ring_[begin_ & mask_].entry.sequence; }

 private:
  const std::size_t max_entries_;
  const std::size_t max_bytes_;
  std::vector<Item> ring_;  // As many as the next power of two: begin_ and end_ count on for ever.
  std::uint64_t mask_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace kinesight::publish::outbox
