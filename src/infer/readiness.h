// Whether the service takes work: what /readyz says.
#pragma once

#include <atomic>

namespace kinesight::infer {

/// Set by the service, read by any thread.
class Readiness {
 public:
  /// Where the service stands.
  enum class State { starting, ready, stopping };

  void set(State state) { state_ = state; }
  State state() const { return state_; }

 private:
  std::atomic<State> state_ = State::starting;
};

}  // namespace kinesight::infer
