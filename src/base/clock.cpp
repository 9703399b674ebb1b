#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace kinesight {
namespace {

class SystemClock final : public Clock {
 public:
  double wall_seconds() const override {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
  Steady steady() const override { return std::chrono::steady_clock::now(); }

  bool wait_until(Steady deadline, std::stop_token stop) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    // The predicate never holds by itself: only the deadline or the stop ends the wait.
    wake.wait_until(lock, stop, deadline, [] { return false; });
    return !stop.stop_requested();
  }
};

}  // namespace

Clock& Clock::system() {
  static SystemClock clock;
  return clock;
}

}  // namespace kinesight
