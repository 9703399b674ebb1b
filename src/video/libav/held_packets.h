// A group of packets that waits, undecoded, until it is known whether anything moves in it.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// When the picture of a packet is shown.
inline std::int64_t shown_at(const AVPacket& packet) {
  return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
}

/// A keyframe, which has been decoded by itself, and what followed it. BitstreamGate bounds it.
class HeldPackets {
 public:
  /// Begins with a copy of `keyframe` (the bytes are shared); what was held is gone. False: out of memory.
  bool begin(const AVPacket& keyframe) {
    waiting_.clear();
    PacketPtr copy(av_packet_clone(&keyframe));
    if (copy == nullptr) return false;
    keyframe_shown_ = shown_at(keyframe);
    waiting_.push_back(std::move(copy));
    return true;
  }

  /// Takes the packet over. False: out of memory, and the packet is still the caller's.
  bool add(AVPacket& packet) {
    PacketPtr own(av_packet_alloc());
    if (own == nullptr) return false;
    av_packet_move_ref(own.get(), &packet);
    waiting_.push_back(std::move(own));
    return true;
  }

  bool empty() const { return waiting_.empty(); }

  /// Gives up what is held; how many packets of it nobody has seen decoded.
  std::int64_t drop() {
    const auto unseen = waiting_.empty() ? 0 : static_cast<std::int64_t>(waiting_.size()) - 1;
    waiting_.clear();
    return unseen;
  }

  /// Leaves out the pictures that are shown before the keyframe (of an open group): they are built on the
  /// group before, which the decoder no longer has: at most the few that B-frames reorder. How many they are.
  std::int64_t drop_leading() {
    return static_cast<std::int64_t>(std::erase_if(
        waiting_, [&](const PacketPtr& packet) { return shown_at(*packet) < keyframe_shown_; }));
  }

  /// The first one, into `packet`; what that held is gone.
  void take_first(AVPacket& packet) {
    av_packet_unref(&packet);
    av_packet_move_ref(&packet, waiting_.front().get());
    waiting_.pop_front();
  }

  /// When the keyframe's picture is shown, in the stream's ticks.
  std::int64_t keyframe_shown() const { return keyframe_shown_; }

 private:
  std::deque<PacketPtr> waiting_;
  std::int64_t keyframe_shown_ = 0;
};

}  // namespace kinesight::video::libav
