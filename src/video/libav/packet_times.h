// Timestamps of packets that can be relied on.
#pragma once

#include <cstdint>
#include <optional>

#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// Puts the packets of one stream on a timeline without leaps: a decoding time that goes back by more than a
/// second or ahead by more than ten is taken for a cut, after which time goes on from where it was. Missing
/// and absurd timestamps are filled in or taken out. Works on decoding times, so that reordered (B-) frames
/// are no cuts.
class PacketTimes {
 public:
  /// `frame_rate` is used where packets have no duration; 0/0 when it is not known (25 is assumed).
  PacketTimes(AVRational time_base, AVRational frame_rate);

  /// Corrects the packet's timestamps, in decoding order; true when there was a cut before it.
  bool fix(AVPacket& packet);

  /// A corrected timestamp in seconds since the first packet's.
  double seconds(std::int64_t timestamp) const;
  /// From the first packet to the end of the last one, in seconds.
  double length() const { return seconds(end_); }
  double frame_seconds() const { return static_cast<double>(frame_ticks_) * av_q2d(time_base_); }

 private:
  std::int64_t ticks(double seconds) const;

  const AVRational time_base_;
  const std::int64_t frame_ticks_;
  std::int64_t shift_ = 0;
  std::optional<std::int64_t> last_;  ///< Decoding time of the packet before.
  std::int64_t begin_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace kinesight::video::libav
