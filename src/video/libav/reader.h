// One pass over a video: demuxer, decode policy and decoder, put together.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/frame.h"
#include "video/bitstream_gate.h"
#include "video/decode_chooser.h"
#include "video/frame_source.h"
#include "video/libav/decoder.h"
#include "video/libav/demuxer.h"
#include "video/libav/held_packets.h"
#include "video/libav/in_flight.h"
#include "video/libav/packet_times.h"
#include "video/libav/picture.h"

namespace kinesight::video::libav {

/// What outlives a pass: a source keeps it over loops and reconnects.
struct ReaderState {
  ReaderState(DecodePolicy wanted, double fps_target, const BitstreamGateOptions& gate_options = {})
      : policy(wanted), chooser(wanted, fps_target), gate(gate_options) {}

  const DecodePolicy policy;
  DecodeChooser chooser;
  BitstreamGate gate;  ///< Judges what the chooser lets through.
  bool still =
      false;  ///< Packets were left undecoded by the gate since the last frame, and none are missing.
  SourceCounters counters;
  std::int64_t sequence = 0;  ///< Of the next frame in the order of presentation, skipped ones counted.
};

/// A frame and its place in the pass.
struct TimedFrame {
  Frame frame;  ///< Without a capture time.
  double media_seconds =
      0;  ///< Since the first packet of the pass; may be below 0 in streams that begin oddly.
  double held_seconds =
      0;  ///< How long its packet was held back by the bitstream gate, in the stream's time.
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
  /// Told about every packet: its time in seconds since the first one's, whether time leaped before it, and
  /// for how long it was waited for.
  using OnPacket = std::function<void(double seconds, bool cut, double waited)>;

  /// `state` outlives the reader. `shown` names the video in errors. Errors: corrupt (it cannot be decoded).
  static Result<std::unique_ptr<Reader>> start(std::unique_ptr<Demuxer> demuxer, ReaderState& state,
                                               std::string shown, OnPacket on_packet = {},
                                               const ReaderOptions& options = {});

  /// The next frame in the order of presentation; nothing at the end. Packets that cannot be read or decoded
  /// are counted and passed over, up to a hundred without a frame between them. Errors: as Demuxer::read();
  /// corrupt also where a file was cut off (after its last frame), or no frame came at all.
  Result<std::optional<TimedFrame>> read();

  ~Reader() { drop_held(); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

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
  Result<> pass_gate(Passage passage);
  void take_held();
  void drop_held();
  void leave_undecoded(std::int64_t packets);
  bool repeated(const AVFrame& picture);
  void alone_failed();
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
  HeldPackets held_;
  PacketPtr packet_;
  Choice choice_ = Choice::skip;  ///< For packet_, when there is one.
  bool have_packet_ = false;
  bool ended_ = false;      ///< The demuxer has no more.
  bool draining_ = false;   ///< The decoder lets out what it holds.
  bool alone_ = false;      ///< What is being drained is one keyframe that was decoded alone.
  bool releasing_ = false;  ///< held_ goes to the decoder before anything else is read,
  bool repeats_ = false;    ///< and the first picture that comes out has been handed out before.
  double released_at_ = 0;  ///< Where the stream stood at the last release: seconds of the pass.
  int lost_in_a_row_ = 0;
  std::int64_t frames_ = 0;
  bool wanted_ = false;  ///< The policy asked for a frame, or the packet could not even be read.
  double last_seconds_ = 0;
};

/// Shows `chooser` the packets of a video from its beginning, undecoded, until it knows how often keyframes
/// come, or a few thousand have been read.
void survey(Demuxer& demuxer, DecodeChooser& chooser);

}  // namespace kinesight::video::libav
