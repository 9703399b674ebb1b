// A clock that stands still until somebody moves it.
#pragma once

#include <condition_variable>
#include <iterator>
#include <mutex>
#include <set>
#include <stop_token>

#include "base/clock.h"

namespace kinesight::support {

/// Wall-clock and steady time that move together and only by advance(), or by waiting on it.
/// Safe for any number of threads.
class FakeClock final : public Clock {
 public:
  /// What wait_until() does.
  enum class Waiting {
    advances,  ///< Moves the clock to the deadline and returns at once: for tests of one thread.
    blocks,    ///< Waits until another thread has advanced the clock to the deadline, or stop was requested.
  };

  explicit FakeClock(double wall_seconds = 1'700'000'000.0, Waiting waiting = Waiting::advances)
      : wall_at_start_(wall_seconds), waiting_(waiting) {}

  double wall_seconds() const override { return wall_at_start_ + to_seconds(steady().time_since_epoch()); }

  Steady steady() const override {
    std::lock_guard lock(mutex_);
    return now_;
  }

  bool wait_until(Steady deadline, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    if (stop.stop_requested()) return false;
    if (waiting_ == Waiting::advances) {
      if (deadline > now_) now_ = deadline;
      return true;
    }
    const auto mine = deadlines_.insert(deadline);
    changed_.notify_all();
    const bool reached = changed_.wait(lock, stop, [&] { return now_ >= deadline; });
    deadlines_.erase(mine);
    return reached && !stop.stop_requested();
  }

  /// Moves the clock on and wakes whoever waits for a time that has come.
  void advance(Duration length) {
    {
      std::lock_guard lock(mutex_);
      now_ += length;
    }
    changed_.notify_all();
  }
  void advance_seconds(double seconds) { advance(seconds_duration(seconds)); }

  /// Blocks until at least `count` threads wait in wait_until() for a time that is yet to come
  /// (Waiting::blocks): then it is time to advance(). One that has not noticed yet that its time has come
  /// does not count.
  void await_waiters(int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return std::distance(deadlines_.upper_bound(now_), deadlines_.end()) >= count; });
  }

 private:
  const double wall_at_start_;
  const Waiting waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Steady now_{};
  std::multiset<Steady> deadlines_;  ///< Of those who wait.
};

}  // namespace kinesight::support
