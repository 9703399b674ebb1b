#include "video/decode_chooser.h"

namespace kinesight::video {
namespace {

constexpr double kFrequent = 1.1;
constexpr double kRare = 1.3;
constexpr int kRunToSwitch = 3;

}  // namespace

DecodeChooser::DecodeChooser(DecodePolicy policy, double fps_target)
    : policy_(policy),
      frequent_seconds_(kFrequent / fps_target),
      rare_seconds_(kRare / fps_target),
      alone_(policy == DecodePolicy::keyframes) {}

Choice DecodeChooser::choose(bool keyframe, double time) {
  if (!started_ && !keyframe) return Choice::skip;
  if (policy_ == DecodePolicy::automatic) observe(keyframe, time);
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
  if (!keyframe) return;
  last_keyframe_ = time;
  if (timed_ && distance <= frequent_seconds_) {
    rare_ = false;
    ++frequent_run_;
  }
  // Only here, at a keyframe: the decoder has nothing to build other frames on.
  if (rare_ || !can_be_alone_)
    alone_ = false;
  else if (frequent_run_ >= kRunToSwitch)
    alone_ = true;
}

void DecodeChooser::alone_failed() { can_be_alone_ = false; }

void DecodeChooser::restart() { started_ = timed_ = false; }

void DecodeChooser::resume() { started_ = false; }

bool DecodeChooser::settled() const {
  return policy_ != DecodePolicy::automatic || rare_ || frequent_run_ >= kRunToSwitch;
}

}  // namespace kinesight::video
