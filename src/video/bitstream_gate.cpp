#include "video/bitstream_gate.h"

#include <utility>

namespace kinesight::video {
namespace {

constexpr double kCalmSeconds = 0.5;
/// Packets further apart than this, and than three usual steps, have lost some between them.
constexpr double kLostSeconds = 2;
constexpr double kLostSteps = 3;
constexpr std::int64_t kMostBytes = std::int64_t{8} << 20;
constexpr int kMostPackets = 600;

}  // namespace

Passage BitstreamGate::judge(bool keyframe, double time, std::int64_t bytes) {
  if (!options_.enabled) return Passage::decode;
  if (!last_) last_loud_ = time;  // Nobody knows what was before.
  const bool missing = missing_before(time);
  const bool loud = keyframe ? closed_ && sizes_.rising(options_.ratio)
                             : sizes_.loud(time, static_cast<double>(bytes), options_.ratio);
  if (loud || missing) last_loud_ = time;
  if (keyframe) {
    sizes_.keyframe(static_cast<double>(bytes));
    begin_group(time);
  }
  ++packets_;
  bytes_ += bytes;
  if (closed_) return while_closed(keyframe, time, loud || missing || failed_);
  return keyframe ? at_keyframe(time) : Passage::decode;
}

Passage BitstreamGate::while_closed(bool keyframe, double time, bool matters) {
  if (!matters && keyframe) return at_keyframe(time);
  const bool too_much = bytes_ > kMostBytes || packets_ > kMostPackets;
  const bool too_long = group_begin_ && time - *group_begin_ >= options_.max_still_seconds;
  if (!matters && !too_much && !too_long) return Passage::hold;
  closed_ = false;
  return Passage::release;
}

Passage BitstreamGate::at_keyframe(double time) {
  closed_ = may_close(time);
  return closed_ ? Passage::alone : Passage::decode;
}

bool BitstreamGate::may_close(double time) const {
  return !failed_ && time - last_loud_ >= kCalmSeconds && group_seconds_ > 0 &&
         group_seconds_ < options_.max_still_seconds && packets_before_ <= kMostPackets && sizes_.tell();
}

void BitstreamGate::begin_group(double time) {
  group_seconds_ = group_begin_ ? time - *group_begin_ : 0;
  group_begin_ = time;
  packets_before_ = std::exchange(packets_, 0);
  bytes_ = 0;
}

bool BitstreamGate::missing_before(double time) {
  const double step = last_ ? time - *last_ : 0;
  const bool missing = step > kLostSeconds && step > kLostSteps * steps_.quantile(0.5);
  steps_.add(step);
  last_ = time;
  return std::exchange(broken_, false) || missing;
}

void BitstreamGate::restart() {
  closed_ = broken_ = false;
  last_.reset();
  group_begin_.reset();
  group_seconds_ = 0;
  packets_ = packets_before_ = 0;
  bytes_ = 0;
  sizes_.restart();
}

}  // namespace kinesight::video
