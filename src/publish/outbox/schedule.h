// Schedule: which entries of the window may be sent now.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "publish/outbox/delivery.h"
#include "publish/outbox/window.h"

namespace kinesight::publish::outbox {

/// A queue for each key. A key whose queue is not empty is in one of three places:
///   ready    in a heap, by the sequence of its first entry: the oldest goes first;
///   waiting  in a heap, by when its pause, or that of the part of the sink that takes it, is over;
///   busy     some of its entries are being sent: no other request takes any.
/// Which part takes a key is learned from answers. Used by one thread.
class Schedule {
 public:
  using Key = std::uint32_t;
  using Part = std::uint32_t;

  /// A key or part is troubled when it has failed more than `failure_limit` times in a row.
  Schedule(Window& window, BatchLimits limits, int failure_limit);

  /// A new entry, behind the others of its key.
  void add(Slot slot);
  /// Keys whose pause is over become ready.
  void wake(Clock::Steady now);
  /// When the next pause is over.
  Clock::Steady next_wake() const;

  bool has_ready() const { return !ready_.empty(); }
  /// Whether what is ready fills a request.
  bool full() const;
  /// How many more entries would.
  std::size_t missing() const;
  /// When the oldest that is ready has lingered long enough.
  Clock::Steady due_at() const;
  /// What the next request takes: the entries of a key stand together, in order, and the key is busy.
  void pick(std::vector<Slot>& into);

  /// Puts entries of one busy key back in front of its queue.
  void put_back(std::span<const Slot> slots);
  /// The key is not busy any more, and waits until `not_before`.
  void release(Key key, Clock::Steady not_before);
  /// Undoes pick(): the entries are where they were.
  void unpick(std::span<const Slot> slots);

  /// The sink's answer for `key` named the part that takes it.
  void learn(Key key, const std::string& part);
  /// The keys of `part` wait until `until`.
  void pause(Part part, Clock::Steady until);
  /// The part that takes `key`; kUnknown when no answer has said.
  Part part_of(Key key) const { return keys_[key].part; }
  static constexpr Part kUnknown = std::numeric_limits<Part>::max();

  /// How often in a row a key has failed, or a part was throttled.
  int key_failures(Key key) const { return keys_[key].failures; }
  int part_failures(Part part) const { return parts_[part].failures; }
  void set_key_failures(Key key, int failures) { set(keys_[key].failures, failures); }
  void set_part_failures(Part part, int failures) { set(parts_[part].failures, failures); }
  /// How many keys and parts are troubled.
  std::size_t troubled() const { return troubled_; }

 private:
  enum class Place { idle, ready, waiting, busy };
  struct KeyQueue {
    std::string name;
    Slot first = kNoSlot;
    Slot last = kNoSlot;
    Place place = Place::idle;
    Part part = kUnknown;
    int failures = 0;
    std::size_t entries = 0;
    std::size_t bytes = 0;
    Clock::Steady not_before{};
  };
  struct PartPause {
    std::string name;
    int failures = 0;
    Clock::Steady until{};
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Index = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

  Key key_of(const std::string& name);
  void forget_if_idle(Key key);
  void enlist(Key key);
  Clock::Steady free_at(const KeyQueue& queue) const;
  void make_ready(Key key);
  void take_ready_off(const KeyQueue& queue);
  std::size_t sendable(const KeyQueue& queue) const { return limits_.one_per_key ? 1 : queue.entries; }
  std::size_t sendable_bytes(const KeyQueue& queue) const;
  bool take_from(KeyQueue& queue, std::vector<Slot>& batch, std::size_t& bytes);
  bool fits(const Item& item, const std::vector<Slot>& batch) const;
  void set(int& failures, int value);

  Window& window_;
  const BatchLimits limits_;
  Clock::Steady now_{};  // Of the last wake().
  const int failure_limit_;
  std::size_t troubled_ = 0;

  std::vector<KeyQueue> keys_;
  std::vector<Key> free_keys_;
  Index key_index_;
  Key last_key_ = 0;  // Of the last add(): often the next one's too.
  std::vector<PartPause> parts_;
  Index part_index_;

  std::vector<std::pair<std::uint64_t, Key>> ready_;    // A heap; the lowest sequence on top.
  std::vector<std::pair<Clock::Steady, Key>> waiting_;  // A heap; the earliest on top.
  std::size_t ready_entries_ = 0;
  std::size_t ready_bytes_ = 0;
  std::vector<Key> passed_over_;  // By pick(): kept to save the allocation.
};

}  // namespace kinesight::publish::outbox
