// What the sizes of a stream's packets say about whether anything moves in it.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

namespace kinesight::video {

/// The newest numbers, up to `most` of them, and their quantiles.
class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) {}

  void add(double value);
  std::size_t count() const { return values_.size(); }
  /// The value that a share of `share` (0 to 1) lies below; 0 when there is none.
  double quantile(double share) const;

 private:
  const std::size_t most_;
  std::size_t next_ = 0;  ///< The oldest, when there are `most_`.
  std::vector<double> values_;
};

/// Learns what the packets between keyframes are like while nothing moves. Encoders spend bits on change: a
/// still picture costs a few bytes a frame and what its noise costs, motion several times as much.
///
/// Sizes are smoothed over 0.3 s, and over 8 packets at least, because B-frames and pyramids of them
/// alternate. The quiet level is the lowest tenth of the last minute; it falls at once and doubles in 5
/// minutes at most, so that a busy minute is not taken for the new rest, and dusk, which brings noise, is.
class PacketSizes {
 public:
  /// A keyframe of `bytes`.
  void keyframe(double bytes) { keyframes_.add(bytes); }
  /// A packet between keyframes at `time` (seconds, decoding order): whether the sizes up to it, or its own,
  /// are more than `ratio` times what is usual when all is quiet. False as long as that is not known.
  bool loud(double time, double bytes, double ratio);
  /// Whether the newest packets may be the beginning of something: half of what loud() asks of a single one
  /// is enough. For the end of a group, which has to be judged before more can be known.
  bool rising(double ratio) const;
  /// Whether small sizes mean that nothing moves. Where even the smallest are no small part of a keyframe
  /// (constant bitrate: the encoder fills what it may send), they mean it only if there have been far larger
  /// ones; without that a still stream and a busy one look the same.
  bool tell() const;
  /// Time has another origin, or something is missing; what was learnt holds.
  void restart();

  /// Smoothed size of quiet packets, in bytes; 0 as long as it is not known.
  double quiet_bytes() const;

 private:
  double smooth(double time, double bytes);
  void sample(double time, double mean);

  std::deque<std::pair<double, double>> window_;  ///< Times and sizes of the newest packets.
  double sum_ = 0;                                ///< Of the sizes in window_.
  bool sampled_ = false;                          ///< sampled_at_ is on the present time axis.
  double sampled_at_ = 0;
  Recent samples_{200};  ///< Smoothed sizes, one every 0.3 s: a minute.
  Recent singles_{512};  ///< Sizes of packets while it was not loud.
  Recent keyframes_{5};
  double quiet_ = 0;
  double usual_peak_ = 0;  ///< Size of the largest few of the quiet packets.
  double loudest_ = 0;     ///< The largest smoothed size; forgotten by half in half an hour.
};

}  // namespace kinesight::video
