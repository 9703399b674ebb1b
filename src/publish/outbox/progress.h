// Progress: what one sink has read of a log, and what became of it. The cursor file keeps it.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "publish/outbox/cursor_file.h"

namespace kinesight::publish::outbox {

/// Knows each entry from its reading until it and all before it are done. Used by one thread.
///
/// It counts so that at any time
///   base + delivered + dead + dropped + what is not done = the sink's entries before the next one.
class Progress {
 public:
  Progress(std::string sink, CursorState from);

  /// Where reading goes on.
  std::uint64_t resume_at() const { return read_next_; }
  LogPosition resume_position() const;
  /// Begins again with the first that is not done, as a new process would.
  void rewind();
  /// Whether more may be read: an entry is held until all before it are done.
  bool has_room() const { return items_.size() < kMostItems; }

  /// The next entry for this sink that was read. Whether it is to be handed out, and how many before it were
  /// lost: they are counted as dropped.
  struct Seen {
    bool wanted = false;
    std::uint64_t lost = 0;
  };
  Seen read(std::uint64_t sequence, std::int64_t accepted_ms, LogPosition position);
  /// The next entry is for another sink. How many before it were lost.
  std::uint64_t pass(std::uint64_t sequence);
  /// The log begins at `start` now. How many that were not read are lost; what was read can still be sent.
  std::uint64_t skip_to(const Boundary& start);
  /// Everything before `sequence`, which is at `position`, was read. How many of the last were lost.
  std::uint64_t reached(std::uint64_t sequence, LogPosition position);

  /// These are about to be sent. Those that may be in the sink already are counted as uncertain.
  void mark(std::span<const std::uint64_t> sequences);
  /// mark() could not be kept, and they are not sent after all.
  void undo_mark();
  void deliver(std::span<const std::uint64_t> sequences);
  void clear_marks(std::span<const std::uint64_t> sequences);
  void bury(std::uint64_t sequence);
  /// `count` dead letters had to make room for newer ones.
  void forget_dead(std::uint64_t count);
  /// Whether it is marked from before: sent, with an unknown fate.
  bool maybe_sent(std::uint64_t sequence) const;
  /// Whether it was read, and is not done.
  bool is_open(std::uint64_t sequence) const;

  /// The first sequence that is still needed.
  std::uint64_t needed() const;
  /// Where the first is that was read and is not done, or what is read next.
  LogPosition first_open() const { return items_.empty() ? end_position_ : items_.front().position; }
  /// The state as the cursor file takes it; valid until the next call.
  const CursorState& state();
  /// How many of the sink's entries are done, and when the oldest that was read and is not done was accepted.
  std::uint64_t done() const { return state_.done(); }
  std::uint64_t base() const { return state_.base; }
  std::int64_t oldest_ms() const { return items_.empty() ? 0 : items_.front().accepted_ms; }

 private:
  struct Item {
    std::uint64_t sequence = 0;
    LogPosition position{};
    std::int64_t accepted_ms = 0;
    bool marked = false;
    bool done = false;
  };
  static constexpr std::size_t kMostItems = 16 * 1024;  // Their cursor fits into its slot.

  void restore();
  Item* find(std::uint64_t sequence);
  const Item* find(std::uint64_t sequence) const { return const_cast<Progress*>(this)->find(sequence); }
  std::uint64_t lose_unread_before(std::uint64_t sequence);
  std::uint64_t lose_gap_before(std::uint64_t sequence);
  bool finish(Item* item);
  void pop_done();

  std::string sink_;
  CursorState state_;  // outstanding, position and oldest_ms are brought up to date by state().
  std::deque<Item> items_;
  std::size_t read_ = 0;          // Of items_: those that were read; the rest are known from before.
  std::uint64_t open_ = 0;        // Of items_: those that are not done.
  std::uint64_t read_next_ = 1;   // Everything before was read, or is lost.
  LogPosition end_position_;      // Of read_next_.
  std::vector<Item*> last_mark_;  // What undo_mark() undoes.
  std::uint64_t uncertain_before_ = 0;
};

}  // namespace kinesight::publish::outbox
