#include "video/packet_sizes.h"

#include <algorithm>
#include <cmath>

namespace kinesight::video {
namespace {

constexpr double kSmoothSeconds = 0.3;
constexpr std::size_t kSmoothPackets = 8;
constexpr std::size_t kMostPackets = 64;  // 0.3 s at 200 fps.
constexpr std::size_t kEnoughSamples = 16;
constexpr double kQuietShare = 0.1;
/// In a pyramid of 16 every sixteenth packet is a large one: it must not stand out.
constexpr double kPeakShare = 0.98;
constexpr double kDoublingSeconds = 300;
constexpr double kForgettingSeconds = 1800;
/// Of a keyframe: quiet packets below the first are no constant bitrate's, those above the second may be.
/// (x264, 640x360, noise of 2 and 5 levels: constant quality 0.002 to 0.09, constant bitrate 0.13 to 0.19.)
constexpr double kSurelySmall = 0.01;
constexpr double kPerhapsSmall = 0.1;
/// Times the quiet size: what noise and B-frames alone do not come to.
constexpr double kFarLarger = 8;

}  // namespace

void Recent::add(double value) {
  if (values_.size() < most_) {
    values_.push_back(value);
    return;
  }
  values_[next_] = value;
  next_ = (next_ + 1) % most_;
}

double Recent::quantile(double share) const {
  if (values_.empty()) return 0;
  auto sorted = values_;
  const auto place = sorted.begin() + std::lround(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), place, sorted.end());
  return *place;
}

bool PacketSizes::loud(double time, double bytes, double ratio) {
  const double mean = smooth(time, bytes);
  if (!sampled_ || time - sampled_at_ >= kSmoothSeconds) sample(time, mean);
  const double quiet = quiet_bytes();
  const bool all_loud = quiet > 0 && mean > ratio * quiet;
  const bool this_loud = quiet > 0 && bytes > ratio * usual_peak_;
  if (!all_loud) singles_.add(bytes);
  return all_loud || this_loud;
}

bool PacketSizes::rising(double ratio) const {
  const auto large = [&](const auto& packet) { return packet.second > ratio / 2 * usual_peak_; };
  return quiet_bytes() > 0 && std::ranges::any_of(window_, large);
}

double PacketSizes::smooth(double time, double bytes) {
  window_.emplace_back(time, bytes);
  sum_ += bytes;
  const auto surplus = [&] {
    return window_.size() > kMostPackets ||
           (window_.size() > kSmoothPackets && window_.front().first <= time - kSmoothSeconds);
  };
  while (surplus()) {
    sum_ -= window_.front().second;
    window_.pop_front();
  }
  return sum_ / static_cast<double>(window_.size());
}

void PacketSizes::sample(double time, double mean) {
  const double since = sampled_ ? std::min(time - sampled_at_, 1.0) : kSmoothSeconds;
  sampled_ = true;
  sampled_at_ = time;
  samples_.add(mean);
  const double lowest = std::max(samples_.quantile(kQuietShare), 1.0);
  quiet_ = quiet_ > 0 && samples_.count() > kEnoughSamples
               ? std::min(lowest, quiet_ * std::exp2(since / kDoublingSeconds))
               : lowest;
  usual_peak_ = std::max(singles_.quantile(kPeakShare), quiet_);
  loudest_ = std::max(mean, loudest_ * std::exp2(-since / kForgettingSeconds));
}

bool PacketSizes::tell() const {
  const double quiet = quiet_bytes();
  const double keyframe = keyframes_.quantile(0.5);
  if (quiet <= 0 || keyframe <= 0) return false;
  if (quiet <= kSurelySmall * keyframe) return true;
  return quiet <= kPerhapsSmall * keyframe && loudest_ >= kFarLarger * quiet;
}

double PacketSizes::quiet_bytes() const { return samples_.count() >= kEnoughSamples ? quiet_ : 0; }

void PacketSizes::restart() {
  window_.clear();
  sum_ = 0;
  sampled_ = false;
}

}  // namespace kinesight::video
