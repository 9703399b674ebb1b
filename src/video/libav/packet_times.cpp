#include "video/libav/packet_times.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kinesight::video::libav {
namespace {

constexpr double kBackSeconds = 1;
constexpr double kAheadSeconds = 10;
/// Beyond this, sums of timestamps could overflow. No stream that is in order comes near it.
constexpr std::int64_t kAbsurd = std::numeric_limits<std::int64_t>::max() / 8;

std::int64_t frame_ticks(AVRational time_base, AVRational frame_rate) {
  const bool known = frame_rate.num > 0 && frame_rate.den > 0;
  const AVRational frame = known ? av_inv_q(frame_rate) : AVRational{1, 25};
  return std::clamp<std::int64_t>(av_rescale_q(1, frame, time_base), 1, kAbsurd);
}

void drop_absurd(std::int64_t& timestamp) {
  if (timestamp > kAbsurd || timestamp < -kAbsurd) timestamp = AV_NOPTS_VALUE;
}

}  // namespace

PacketTimes::PacketTimes(AVRational time_base, AVRational frame_rate)
    : time_base_(time_base.num > 0 && time_base.den > 0 ? time_base : AVRational{1, 90'000}),
      frame_ticks_(frame_ticks(time_base_, frame_rate)) {}

bool PacketTimes::fix(AVPacket& packet) {
  drop_absurd(packet.pts);
  drop_absurd(packet.dts);
  if (packet.duration <= 0 || packet.duration > ticks(kAheadSeconds)) packet.duration = frame_ticks_;
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
  if (packet.dts == AV_NOPTS_VALUE) packet.dts = (last_ ? *last_ + packet.duration : 0) - shift_;
  // A picture is shown soon after it is decoded, or its timestamp is wrong.
  if (packet.pts != AV_NOPTS_VALUE && std::abs(packet.pts - packet.dts) > ticks(kAheadSeconds)) {
    packet.pts = AV_NOPTS_VALUE;
  }

  bool cut = false;
  if (last_) {
    const std::int64_t step = packet.dts + shift_ - *last_;
    cut = step < -ticks(kBackSeconds) || step > ticks(kAheadSeconds);
    if (cut) shift_ = *last_ + packet.duration - packet.dts;
  }
  packet.dts += shift_;
  if (packet.pts != AV_NOPTS_VALUE) packet.pts += shift_;

  const std::int64_t shown = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
  if (!last_) begin_ = end_ = shown;
  last_ = std::max(last_.value_or(packet.dts), packet.dts);
  end_ = std::max(end_, shown + packet.duration);
  return cut;
}

double PacketTimes::seconds(std::int64_t timestamp) const {
  return static_cast<double>(timestamp - begin_) * av_q2d(time_base_);
}

std::int64_t PacketTimes::ticks(double seconds) const {
  return static_cast<std::int64_t>(std::min(seconds / av_q2d(time_base_), static_cast<double>(kAbsurd)));
}

}  // namespace kinesight::video::libav
