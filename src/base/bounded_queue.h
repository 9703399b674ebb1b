// A queue between threads that cannot grow without bound and says what it does when it is full.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/clock.h"

namespace kinesight {

/// What push() does when the queue is full.
enum class WhenFull {
  block,        ///< Wait for room.
  drop_oldest,  ///< Throw the oldest away, counted, and take the new one.
  reject,       ///< Refuse the new one, counted.
};

/// A first-in first-out queue of at most `capacity` items, safe for any number of threads.
template <class T>
class BoundedQueue {
 public:
  BoundedQueue(std::size_t capacity, WhenFull when_full) : capacity_(capacity), when_full_(when_full) {}

  /// Adds `item`; false when it was not taken: the queue is closed, full (reject), or `stop` came (block).
  bool push(T item, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    if (items_.size() >= capacity_ && !closed_ && !make_room(lock, stop)) return false;
    if (closed_) return false;
    items_.push_back(std::move(item));
    const bool awaited =
        waiting_ > 0;  // Else there is nobody to be woken, which costs more than all of this.
    lock.unlock();
    if (awaited) not_empty_.notify_one();
    return true;
  }

  /// The oldest item; nothing when `stop` came, or when the queue is closed and empty.
  std::optional<T> pop(std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    not_empty_.wait(lock, stop, [this] { return !items_.empty() || closed_; });
    --waiting_;
    return take(lock);
  }

  /// The oldest item; nothing when none came within `patience`, `stop` came, or it is closed and empty.
  std::optional<T> pop_for(Clock::Duration patience, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    wait_for(lock, patience, stop);
    return take(lock);
  }

  /// Puts all items into `into`, which is empty, the oldest first; false when none came within `patience`,
  /// `stop` came, or it is closed and empty. One lock for many: what a busy reader of small items wants.
  bool pop_all_for(std::deque<T>& into, Clock::Duration patience, std::stop_token stop = {}) {
    std::unique_lock lock(mutex_);
    wait_for(lock, patience, stop);
    if (items_.empty()) return false;
    into.swap(items_);  // The memory of the one is the other's next.
    lock.unlock();
    not_full_.notify_all();
    return true;
  }

  /// Takes no more items; what is in it can still be popped. Wakes everyone who waits.
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    not_empty_.notify_all();
    not_full_.notify_all();
  }

  std::size_t size() const {
    std::lock_guard lock(mutex_);
    return items_.size();
  }
  std::size_t capacity() const { return capacity_; }
  /// Items that were thrown away or refused because the queue was full.
  std::uint64_t dropped() const {
    std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  bool make_room(std::unique_lock<std::mutex>& lock, std::stop_token stop) {
    switch (when_full_) {
      case WhenFull::block:
        return not_full_.wait(lock, stop, [this] { return items_.size() < capacity_ || closed_; });
      case WhenFull::drop_oldest:
        items_.pop_front();
        ++dropped_;
        return true;
      case WhenFull::reject:
        ++dropped_;
        return false;
    }
    return false;
  }

  void wait_for(std::unique_lock<std::mutex>& lock, Clock::Duration patience, const std::stop_token& stop) {
    ++waiting_;
    not_empty_.wait_for(lock, stop, patience, [this] { return !items_.empty() || closed_; });
    --waiting_;
  }

  std::optional<T> take(std::unique_lock<std::mutex>& lock) {
    if (items_.empty()) return std::nullopt;
    std::optional<T> item(std::move(items_.front()));
    items_.pop_front();
    lock.unlock();
    not_full_.notify_one();
    return item;
  }

  const std::size_t capacity_;
  const WhenFull when_full_;
  mutable std::mutex mutex_;
  std::condition_variable_any not_empty_;
  std::condition_variable_any not_full_;
  std::deque<T> items_;
  std::size_t waiting_ = 0;  ///< For an item.
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
};

}  // namespace kinesight
