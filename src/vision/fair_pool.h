// A fixed set of things that are lent to one borrower at a time, in the order in which they asked.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace kinesight::vision {

/// Lends its items to any number of threads. First come, first served: under load no camera starves.
template <class T>
class FairPool {
 public:
  explicit FairPool(std::vector<std::unique_ptr<T>> items) : items_(std::move(items)) {
    for (const auto& item : items_) free_.push_back(item.get());
  }

  /// An item to be given back; null when none came free within `patience`, or `stop` came first.
  T* borrow(Clock::Duration patience, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const auto place = line_.emplace(line_.end());
    const bool my_turn =
        changed_.wait_for(lock, stop, patience, [&] { return !free_.empty() && place == line_.begin(); });
    line_.erase(place);
    T* item = nullptr;
    if (my_turn) {
      item = free_.back();
      free_.pop_back();
    }
    lock.unlock();
    changed_.notify_all();  // Whoever is first in line now has not been told yet.
    return item;
  }

  void give_back(T* item) {
    {
      std::lock_guard lock(mutex_);
      free_.push_back(item);
    }
    changed_.notify_all();
  }

  std::size_t size() const { return items_.size(); }
  /// How many wait for an item.
  std::size_t waiting() const {
    std::lock_guard lock(mutex_);
    return line_.size();
  }

 private:
  struct Place {};

  const std::vector<std::unique_ptr<T>> items_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<T*> free_;
  std::list<Place> line_;  ///< Those who wait, in the order in which they came.
};

}  // namespace kinesight::vision
