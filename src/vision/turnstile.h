// The engine's one line: of all that wait for an inference, of whatever model, the oldest frame's goes first.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>
#include <stop_token>
#include <utility>

#include "base/clock.h"

namespace kinesight::vision {

/// Lets at most `places` through at a time. A camera has one frame in work, so that the oldest first is fair
/// as well: whoever waits becomes the oldest, and a frame that needs many inferences is done before the next
/// round begins.
class Turnstile {
 public:
  explicit Turnstile(std::size_t places) : places_(places) {}

  /// Waits for a place; false when none came free within `patience`, or `stop` came first. Whoever got one
  /// calls leave(). `since` is how old the work is; what is equally old goes in the order of arrival.
  bool enter(Clock::Steady since, Clock::Duration patience, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    const auto place = line_.emplace(since, arrivals_++).first;
    const bool my_turn =
        changed_.wait_for(lock, stop, patience, [&] { return inside_ < places_ && place == line_.begin(); });
    line_.erase(place);
    if (my_turn) ++inside_;
    lock.unlock();
    changed_.notify_all();  // Whoever is first in line now has not been told yet.
    return my_turn;
  }

  void leave() {
    {
      std::lock_guard lock(mutex_);
      --inside_;
    }
    changed_.notify_all();
  }

  std::size_t places() const { return places_; }
  /// How many wait.
  std::size_t waiting() const {
    std::lock_guard lock(mutex_);
    return line_.size();
  }

 private:
  const std::size_t places_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t inside_ = 0;
  std::uint64_t arrivals_ = 0;
  std::set<std::pair<Clock::Steady, std::uint64_t>> line_;  ///< Those who wait: how old, in which order.
};

}  // namespace kinesight::vision
