#include "video/libav/reader.h"

#include <utility>

#include "video/libav/error.h"

namespace kinesight::video::libav {
namespace {

constexpr int kMaxLostInARow = 100;
constexpr int kSurveyPackets = 3000;

std::int64_t shown_at(const AVPacket& packet) {
  return packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
}

bool stands_alone(const AVFrame& picture) {
  return picture.key_frame != 0 || picture.pict_type == AV_PICTURE_TYPE_I ||
         picture.pict_type == AV_PICTURE_TYPE_NONE;
}

}  // namespace

Result<std::unique_ptr<Reader>> Reader::start(std::unique_ptr<Demuxer> demuxer, ReaderState& state,
                                              std::string shown, OnPacket on_packet,
                                              const ReaderOptions& options) {
  const bool reference = state.policy == DecodePolicy::reference;
  auto decoder = Decoder::open(demuxer->stream(),
                               {.skip = reference ? AVDISCARD_NONREF : AVDISCARD_DEFAULT,
                                .patient = options.part.has_value(),
                                .max_pixels = options.max_pixels},
                               shown);
  if (!decoder) return std::unexpected(decoder.error());
  return std::unique_ptr<Reader>(new Reader(std::move(demuxer), std::move(*decoder), state, std::move(shown),
                                            std::move(on_packet), options));
}

Reader::Reader(std::unique_ptr<Demuxer> demuxer, Decoder decoder, ReaderState& state, std::string shown,
               OnPacket on_packet, const ReaderOptions& options)
    : demuxer_(std::move(demuxer)),
      decoder_(std::move(decoder)),
      state_(state),
      shown_(std::move(shown)),
      on_packet_(std::move(on_packet)),
      part_(options.part),
      before_(state.counters),
      times_(demuxer_->stream().time_base, demuxer_->stream().avg_frame_rate),
      packet_(av_packet_alloc()) {
  if (part_ && part_->goes_on)
    state_.chooser.resume();
  else
    state_.chooser.restart();
}

Result<std::optional<TimedFrame>> Reader::read() {
  for (;;) {
    auto frame = receive();
    if (!frame || *frame) return frame;
    if (ended_) {
      if (auto good = check_end(); !good) return std::unexpected(good.error());
      return std::nullopt;
    }
    if (auto fed = feed(); !fed) return std::unexpected(fed.error());
  }
}

/// Moves one packet on: from the demuxer to the decoder, past it, or to the front of a decoder that is
/// drained first.
Result<> Reader::feed() {
  if (!have_packet_) {
    if (auto got = next_packet(); !got) return got;
    if (!have_packet_) return {};
  }
  if (choice_ == Choice::alone && !in_flight_.empty()) {
    drain();  // First what came before it; the packet waits.
    return {};
  }
  have_packet_ = false;
  if (choice_ == Choice::skip) {
    ++state_.counters.skipped;
    ++state_.sequence;
    return {};
  }
  wanted_ = true;
  // A keyframe by itself is scaled down for a model and then gone: nothing is predicted from it, and the
  // filters between its blocks are a third of its cost.
  decoder_.leave_out_loop_filters(choice_ == Choice::alone);
  const int code = decoder_.send(*packet_);
  if (code < 0) {
    ++state_.sequence;
    return lost_one(text_of(code));
  }
  in_flight_.sent(shown_at(*packet_));
  alone_ = choice_ == Choice::alone;
  if (alone_) drain();
  return {};
}

/// Reads a packet and chooses what is to be done with it; leaves have_packet_ false at the end and for a
/// damaged one.
Result<> Reader::next_packet() {
  const auto got = demuxer_->read(*packet_);
  if (!got && got.error().kind == ErrorKind::corrupt) return lost_one(got.error().message);
  if (!got) return std::unexpected(got.error());
  if (!*got) {
    ended_ = true;
    drain();
    return {};
  }
  have_packet_ = true;
  ++state_.counters.packets;
  const bool cut = times_.fix(*packet_);
  if (on_packet_) on_packet_(times_.seconds(shown_at(*packet_)), cut);
  const bool keyframe = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
  const double begin = part_ ? part_->begin : 0;
  choice_ = state_.chooser.choose(keyframe, begin + times_.seconds(packet_->dts));
  return {};
}

void Reader::drain() {
  decoder_.drain();
  draining_ = true;
}

Result<std::optional<TimedFrame>> Reader::receive() {
  for (;;) {
    auto picture = decoder_.receive();
    if (!picture) {
      if (auto go_on = lost_one(text_of(picture.error())); !go_on) return std::unexpected(go_on.error());
    } else if (*picture) {
      auto frame = deliver(std::move(*picture));
      if (!frame) return std::unexpected(frame.error());
      return std::move(*frame);
    } else {
      if (std::exchange(draining_, false)) account(in_flight_.drained());
      return std::nullopt;
    }
  }
}

Result<TimedFrame> Reader::deliver(FramePtr picture) {
  const std::int64_t timestamp = picture->best_effort_timestamp;
  const bool timed = timestamp != AV_NOPTS_VALUE;
  last_seconds_ = timed ? times_.seconds(timestamp) : last_seconds_ + times_.frame_seconds();
  if (timed) account(in_flight_.came_out(timestamp));
  if (alone_ && !stands_alone(*picture)) state_.chooser.alone_failed();

  auto frame = pictures_.make(std::move(picture));
  if (!frame) return wrap(frame.error(), shown_);
  frame->sequence = state_.sequence++;
  ++state_.counters.decoded;
  ++frames_;
  lost_in_a_row_ = 0;
  return TimedFrame{std::move(*frame), last_seconds_};
}

/// Takes note of packets that the decoder kept to itself.
void Reader::account(std::int64_t swallowed) {
  state_.sequence += swallowed;
  if (state_.policy == DecodePolicy::reference)
    state_.counters.skipped += static_cast<std::uint64_t>(swallowed);
  // Nothing came of a keyframe by itself: it leans on others after all.
  if (alone_ && swallowed > 0) state_.chooser.alone_failed();
}

Result<> Reader::lost_one(std::string_view reason) {
  ++state_.counters.corrupt;
  wanted_ = true;
  if (++lost_in_a_row_ < kMaxLostInARow) return {};
  return fail(ErrorKind::corrupt, "{}: {} damaged packets without a frame between them; the last one: {}",
              shown_, lost_in_a_row_, reason);
}

Result<> Reader::check_end() const {
  if (demuxer_->cut_off()) {
    return fail(ErrorKind::corrupt,
                "{}: the file is cut off: it ends after {:.1f} s of the {:.1f} s that its index names",
                shown_, length(), demuxer_->duration());
  }
  const std::uint64_t packets = state_.counters.packets - before_.packets;
  const bool by_policy = part_ && packets > 0 && !wanted_;
  if (frames_ > 0 || by_policy) return {};
  return fail(ErrorKind::corrupt, "{}: not one frame could be decoded from {} packets in all, {} damaged",
              shown_, packets, state_.counters.corrupt - before_.corrupt);
}

void survey(Demuxer& demuxer, DecodeChooser& chooser) {
  PacketTimes times(demuxer.stream().time_base, demuxer.stream().avg_frame_rate);
  const PacketPtr packet(av_packet_alloc());
  chooser.restart();
  for (int i = 0; i < kSurveyPackets && !chooser.settled(); ++i) {
    const auto got = demuxer.read(*packet);
    if (!got || !*got) return;  // Whatever is wrong, the pass itself will meet it and say so.
    times.fix(*packet);
    const bool keyframe = (packet->flags & AV_PKT_FLAG_KEY) != 0;
    chooser.choose(keyframe, times.seconds(packet->dts));
  }
}

}  // namespace kinesight::video::libav
