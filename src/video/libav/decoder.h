// Packets in, pictures out.
#pragma once

#include <expected>
#include <memory>

#include "base/result.h"
#include "video/libav/libav.h"

namespace kinesight::video::libav {

/// How a decoder goes about its stream.
struct DecoderOptions {
  AVDiscard skip = AVDISCARD_DEFAULT;  ///< What the decoder itself leaves out.
  /// H.264 that does not say how many pictures are reordered: reckon with as many as its level allows,
  /// instead of guessing from what comes and losing pictures at each wrong guess. Costs delay, so not for a
  /// camera's live stream.
  bool patient = false;
  /// Larger pictures are refused: a damaged header must not make us allocate gigabytes.
  std::int64_t max_pixels = std::int64_t{8192} * 8192;
};

/// A decoder of one stream, on the caller's thread (one thread a camera keeps memory and latency low; the
/// cameras themselves fill the cores). Its pictures come from libavcodec's own pool of buffers, which go back
/// to it when the last user of a picture lets go, also after the decoder is gone.
class Decoder {
 public:
  /// Errors: corrupt (no decoder for it, or it refuses the parameters).
  static Result<Decoder> open(const AVStream& stream, const DecoderOptions& options, std::string_view shown);

  /// Leaves the in-loop filters (deblocking, SAO) out of the pictures to come, or takes them in again. Only
  /// for pictures that no other is predicted from. May change from one packet to the next.
  void leave_out_loop_filters(bool leave_out);
  /// Takes a packet; 0, or libav's code when it refuses it. Nothing must be left to receive().
  int send(const AVPacket& packet);
  /// Lets out what it still holds back. It can be sent packets again when receive() has given null.
  void drain();
  /// The next picture in the order of presentation, null when it needs more packets, or libav's code for a
  /// lost one.
  std::expected<FramePtr, int> receive();

 private:
  explicit Decoder(CodecPtr codec) : codec_(std::move(codec)) {}

  CodecPtr codec_;
};

}  // namespace kinesight::video::libav
