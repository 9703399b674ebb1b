// Leaves packets undecoded while their sizes say that nothing moves. Pure: packets' sizes in, decisions out.
#pragma once

#include <cstdint>
#include <optional>

#include "video/bitstream_gate_options.h"
#include "video/packet_sizes.h"

namespace kinesight::video {

/// What is to be done with a packet.
enum class Passage {
  decode,   ///< As ever. Nothing is held, or it is of no use any more.
  alone,    ///< A keyframe of a quiet stretch: its frame at once; it and what follows it are held.
  hold,     ///< Kept, undecoded, in case its group turns out to matter.
  release,  ///< It matters: all that is held, from its keyframe on, is decoded, then this one and all to
            ///< come.
};

/// Judges packet by packet, in decoding order. It begins open (everything is decoded) and learns what quiet
/// packets are like (PacketSizes), for 5 s at least. It closes at a keyframe, when the last half second was
/// quiet; then only keyframes are decoded and what lies between waits, until the next keyframe shows that it
/// was not needed, or sizes rise and all of the group is decoded, so that no beginning of a motion is lost.
/// What waits is bounded in bytes and packets; a group that goes beyond is decoded. So is one in which a
/// stretch of time is missing. It never closes where groups are longer than max_still_seconds (nothing would
/// be saved), nor where sizes say nothing.
class BitstreamGate {
 public:
  explicit BitstreamGate(const BitstreamGateOptions& options) : options_(options) {}

  /// What to do with the next packet of `bytes`. `time` in seconds from any origin.
  Passage judge(bool keyframe, double time, std::int64_t bytes);

  /// Something is missing before the next packet, which the times do not show.
  void broken() { broken_ = true; }
  /// A keyframe that was decoded `alone` gave no whole picture: the gate stays open for good.
  void alone_failed() { failed_ = true; }
  /// The stream begins anew (`time` has another origin) and nothing is held; what was learnt holds.
  void restart();

  /// Whether packets are being held back.
  bool closed() const { return closed_; }

 private:
  bool missing_before(double time);
  Passage while_closed(bool keyframe, double time, bool matters);
  Passage at_keyframe(double time);
  void begin_group(double time);
  bool may_close(double time) const;

  const BitstreamGateOptions options_;
  PacketSizes sizes_;
  bool closed_ = false;
  bool broken_ = false;
  bool failed_ = false;
  std::optional<double> last_;         ///< Time of the packet before.
  Recent steps_{15};                   ///< Between packets, seconds.
  double last_loud_ = 0;               ///< Meaningful when last_ is.
  std::optional<double> group_begin_;  ///< Time of the last keyframe.
  double group_seconds_ = 0;           ///< Length of the group before; 0 when it is not known.
  int packets_ = 0;                    ///< Of this group …
  int packets_before_ = 0;             ///< … and of the one before.
  std::int64_t bytes_ = 0;             ///< Of this group.
};

}  // namespace kinesight::video
