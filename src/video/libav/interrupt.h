// How a call into libav that blocks is ended.
#pragma once

#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// Ends libav's blocking calls when a stop is requested or a deadline passes. libav asks about every 100 ms
/// while it waits for a network; name resolution alone asks nobody. Stays where it is: libav keeps its
/// address.
class Interrupt {
 public:
  explicit Interrupt(Clock& clock) : clock_(clock) {}
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// From now on: `stop`, and `patience` from now (nothing: for ever).
  void arm(std::stop_token stop, std::optional<Clock::Duration> patience) {
    stop_ = std::move(stop);
    deadline_.reset();
    if (patience) deadline_ = clock_.steady() + *patience;
  }

  bool stopped() const { return stop_.stop_requested(); }
  bool expired() const { return deadline_ && clock_.steady() >= *deadline_; }

  AVIOInterruptCB callback() {
    return {[](void* self) {
              const auto* interrupt = static_cast<const Interrupt*>(self);
              return interrupt->stopped() || interrupt->expired() ? 1 : 0;
            },
            this};
  }

 private:
  Clock& clock_;
  std::stop_token stop_;
  std::optional<Clock::Steady> deadline_;
};

}  // namespace kinesight::video::libav
