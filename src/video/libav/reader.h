// One pass over a video: demuxer, decode policy and decoder, put together.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/frame.h"
#include "video/decode_chooser.h"
#include "video/frame_source.h"
#include "video/libav/decoder.h"
#include "video/libav/demuxer.h"
#include "video/libav/in_flight.h"
#include "video/libav/packet_times.h"
#include "video/libav/picture.h"

namespace kinesight::video::libav {

/// What outlives a pass: a source keeps it over loops and reconnects.
struct ReaderState {
  ReaderState(DecodePolicy wanted, double fps_target) : policy(wanted), chooser(wanted, fps_target) {}

  const DecodePolicy policy;
  DecodeChooser chooser;
  SourceCounters counters;
  std::int64_t sequence = 0;  ///< Of the next frame in the order of presentation, skipped ones counted.
};

/// A frame and its place in the pass.
struct TimedFrame {
  Frame frame;  ///< Without a capture time.
  double media_seconds =
      0;  ///< Since the first packet of the pass; may be below 0 in streams that begin oddly.
};

/// What a pass over a part of a longer video (a fragment of a stream) needs to know about the whole.
struct Part {
  double begin = 0;      ///< Time of its first packet, on the whole's own axis. Seconds.
  bool goes_on = false;  ///< Nothing is missing between the part before and this one.
};

/// How a video is read.
struct ReaderOptions {
  /// It is a part: that the decode policy wants none of its frames is no error, and all of it is at hand, so
  /// that a decoder may take its time.
  std::optional<Part> part{};
  std::int64_t max_pixels = DecoderOptions{}.max_pixels;
};

/// Reads one opened video from its beginning to its end.
class Reader {
 public:
  /// Told about every packet: its time in seconds since the first one's, and whether time leaped before it.
  using OnPacket = std::function<void(double seconds, bool cut)>;

  /// `state` outlives the reader. `shown` names the video in errors. Errors: corrupt (it cannot be decoded).
  static Result<std::unique_ptr<Reader>> start(std::unique_ptr<Demuxer> demuxer, ReaderState& state,
                                               std::string shown, OnPacket on_packet = {},
                                               const ReaderOptions& options = {});

  /// The next frame in the order of presentation; nothing at the end. Packets that cannot be read or decoded
  /// are counted and passed over, up to a hundred without a frame between them. Errors: as Demuxer::read();
  /// corrupt also where a file was cut off (after its last frame), or no frame came at all.
  Result<std::optional<TimedFrame>> read();

  /// From the first packet to the end of the last one that was read, in seconds.
  double length() const { return times_.length(); }

 private:
  Reader(std::unique_ptr<Demuxer> demuxer, Decoder decoder, ReaderState& state, std::string shown,
         OnPacket on_packet, const ReaderOptions& options);

  Result<> feed();
  Result<> next_packet();
  void drain();
  Result<std::optional<TimedFrame>> receive();
  Result<TimedFrame> deliver(FramePtr picture);
  void account(std::int64_t swallowed);
  Result<> lost_one(std::string_view reason);
  Result<> check_end() const;

  std::unique_ptr<Demuxer> demuxer_;
  Decoder decoder_;
  ReaderState& state_;
  const std::string shown_;
  const OnPacket on_packet_;
  const std::optional<Part> part_;
  const SourceCounters before_;  ///< What was counted before this pass.
  PacketTimes times_;
  PictureMaker pictures_;
  InFlight in_flight_;
  PacketPtr packet_;
  Choice choice_ = Choice::skip;  ///< For packet_, when there is one.
  bool have_packet_ = false;
  bool ended_ = false;     ///< The demuxer has no more.
  bool draining_ = false;  ///< The decoder lets out what it holds.
  bool alone_ = false;     ///< What is being drained is one keyframe that was decoded alone.
  int lost_in_a_row_ = 0;
  std::int64_t frames_ = 0;
  bool wanted_ = false;  ///< The policy asked for a frame, or the packet could not even be read.
  double last_seconds_ = 0;
};

/// Shows `chooser` the packets of a video from its beginning, undecoded, until it knows how often keyframes
/// come, or a few thousand have been read.
void survey(Demuxer& demuxer, DecodeChooser& chooser);

}  // namespace kinesight::video::libav
