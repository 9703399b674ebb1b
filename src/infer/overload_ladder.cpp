#include "infer/overload_ladder.h"

#include <algorithm>
#include <utility>

namespace kinesight::infer {
namespace {

/// Shares of the time in which the thread was busy: from here on it cannot keep up,
constexpr double kFull = 0.95;
/// and up to here it could do twice as much, which is what a step taken back may cost.
constexpr double kRoomy = 0.45;
constexpr double kMostCaution = 16;

}  // namespace

bool OverloadLadder::processed(Clock::Steady now, Clock::Duration busy) {
  if (!begin_) begin_ = now - busy;
  busy_ += busy;
  return weigh(now);
}

bool OverloadLadder::dropped(Clock::Steady now) {
  if (!begin_) begin_ = now;
  ++drops_;
  return weigh(now);
}

bool OverloadLadder::reset() {
  begin_.reset();
  calm_since_.reset();
  stepped_down_.reset();
  busy_ = {};
  drops_ = 0;
  caution_ = 1;
  return std::exchange(rung_, 0) > 0;
}

bool OverloadLadder::weigh(Clock::Steady now) {
  const auto elapsed = now - *begin_;
  if (to_seconds(elapsed) < options_.patience_seconds) return false;
  const double load = to_seconds(busy_) / to_seconds(elapsed);
  const bool overloaded = drops_ > 0 || load > kFull;
  begin_ = now;
  busy_ = {};
  drops_ = 0;
  if (overloaded) return step_up(now);
  if (load > kRoomy || !calm_since_) {
    calm_since_ = now;
    return false;
  }
  const bool recovered = to_seconds(now - *calm_since_) >= options_.recovery_seconds * caution_;
  return recovered && step_down(now);
}

bool OverloadLadder::step_up(Clock::Steady now) {
  const bool relapse =
      stepped_down_ && to_seconds(now - *stepped_down_) < options_.recovery_seconds * caution_;
  if (relapse) caution_ = std::min(caution_ * 2, kMostCaution);
  stepped_down_.reset();
  calm_since_.reset();
  if (!options_.enabled || rung_ == options_.ladder.size()) return false;
  ++rung_;
  return true;
}

bool OverloadLadder::step_down(Clock::Steady now) {
  calm_since_ = now;
  if (rung_ == 0) {
    caution_ = 1;
    return false;
  }
  --rung_;
  stepped_down_ = now;
  return true;
}

bool OverloadLadder::holds(config::OverloadStep step) const {
  const auto taken = options_.ladder.begin() + static_cast<std::ptrdiff_t>(rung_);
  return std::find(options_.ladder.begin(), taken, step) != taken;
}

}  // namespace kinesight::infer
