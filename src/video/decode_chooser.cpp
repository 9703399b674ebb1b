#include "video/decode_chooser.h"

#include <algorithm>

namespace kinesight::video {
namespace {

constexpr double kFrequent = 1.1;
constexpr double kRare = 1.3;
constexpr int kRunToSwitch = 3;
/// A camera that is seen less often than this (seconds) is not watched any more, whatever it would spare.
constexpr double kBlindSeconds = 5;

}  // namespace

DecodeChooser::DecodeChooser(DecodePolicy policy, double fps_target)
    : policy_(policy), frequent_seconds_(kFrequent / fps_target), rare_seconds_(kRare / fps_target) {}

Choice DecodeChooser::choose(bool keyframe, double time) {
  if (!started_ && !keyframe) return Choice::skip;
  observe(keyframe, time);
  if (keyframe) alone_ = wants_alone();
  started_ = timed_ = true;
  if (!alone_) return Choice::decode;
  return keyframe ? Choice::alone : Choice::skip;
}

void DecodeChooser::observe(bool keyframe, double time) {
  const double distance = timed_ ? time - last_keyframe_ : 0;
  if (distance > rare_seconds_) {
    rare_ = true;
    frequent_run_ = 0;
  }
  if (distance > kBlindSeconds) seeing_run_ = -kRunToSwitch;
  if (!keyframe) return;
  last_keyframe_ = time;
  if (timed_ && distance <= kBlindSeconds) seeing_run_ = std::min(seeing_run_ + 1, 0);
  if (timed_ && distance <= frequent_seconds_) {
    rare_ = false;
    ++frequent_run_;
  }
  if (rare_)
    often_enough_ = false;
  else if (frequent_run_ >= kRunToSwitch)
    often_enough_ = true;
}

/// Asked at keyframes only: elsewhere the decoder has nothing to build other frames on.
bool DecodeChooser::wants_alone() const {
  if (policy_ == DecodePolicy::keyframes) return true;
  const bool automatic = policy_ == DecodePolicy::automatic;
  return can_be_alone_ && ((limited_ && seeing_run_ == 0) || (automatic && often_enough_));
}

bool DecodeChooser::waits_for_keyframe(double time) const {
  return limited_ && alone_ && timed_ && time - last_keyframe_ <= kBlindSeconds;
}

void DecodeChooser::limit(DecodePolicy most) { limited_ = most == DecodePolicy::keyframes; }

void DecodeChooser::alone_failed() { can_be_alone_ = false; }

void DecodeChooser::restart() { started_ = timed_ = false; }

void DecodeChooser::resume() { started_ = false; }

bool DecodeChooser::settled() const {
  return policy_ != DecodePolicy::automatic || rare_ || frequent_run_ >= kRunToSwitch;
}

}  // namespace kinesight::video
