#include "video/libav/reader.h"

#include <algorithm>
#include <utility>

#include "video/libav/error.h"

namespace kinesight::video::libav {
namespace {

constexpr int kMaxLostInARow = 100;
constexpr int kSurveyPackets = 3000;

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
  if (part_ && part_->goes_on) {
    state_.chooser.resume();
  } else {
    state_.chooser.restart();
    state_.gate.restart();
  }
  if (!part_) state_.still = false;  // What is missing between parts is declared.
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
  // filters between its blocks are a third of its cost. One that the gate lets through is to be compared with
  // others, which are filtered.
  decoder_.leave_out_loop_filters(choice_ == Choice::alone && held_.empty());
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

/// Reads a packet and chooses what is to be done with it; leaves have_packet_ false at the end and for one
/// that is damaged or held back.
Result<> Reader::next_packet() {
  if (releasing_) {
    take_held();
    return {};
  }
  const auto begin_to_wait = Clock::system().steady();
  const auto got = demuxer_->read(*packet_);
  if (!got && got.error().kind == ErrorKind::corrupt) return lost_one(got.error().message);
  if (!got) return std::unexpected(got.error());
  if (!*got) {
    ended_ = true;
    drop_held();
    drain();
    return {};
  }
  have_packet_ = true;
  ++state_.counters.packets;
  const bool cut = times_.fix(*packet_);
  if (cut) state_.gate.broken();
  if (on_packet_) {
    on_packet_(times_.seconds(shown_at(*packet_)), cut, to_seconds(Clock::system().steady() - begin_to_wait));
  }
  const bool keyframe = (packet_->flags & AV_PKT_FLAG_KEY) != 0;
  const double begin = part_ ? part_->begin : 0;
  const double time = begin + times_.seconds(packet_->dts);
  choice_ = state_.chooser.choose(keyframe, time);
  const auto passage = state_.gate.judge(keyframe, time, packet_->size);
  if (choice_ == Choice::decode) return pass_gate(passage);
  drop_held();
  return {};
}

/// Does what the gate says with the packet.
Result<> Reader::pass_gate(Passage passage) {
  bool room = true;
  switch (passage) {
    case Passage::decode:
      drop_held();
      break;
    case Passage::alone:
      drop_held();
      room = held_.begin(*packet_);
      choice_ = Choice::alone;
      break;
    case Passage::release:
      released_at_ = times_.seconds(packet_->dts);
      if (held_.empty()) break;  // It went with the part before, or with a limit: this is a keyframe.
      leave_undecoded(held_.drop_leading());
      releasing_ = repeats_ = true;
      [[fallthrough]];
    case Passage::hold:
      room = held_.add(*packet_);
      have_packet_ = false;
      break;
  }
  if (!room) return fail(ErrorKind::unavailable, "{}: out of memory for a packet", shown_);
  return {};
}

/// The next of the packets that are released.
void Reader::take_held() {
  held_.take_first(*packet_);
  have_packet_ = true;
  choice_ = Choice::decode;
  releasing_ = !held_.empty();
}

/// Nothing moved in what is held. What is being released is the decoder's.
void Reader::drop_held() {
  if (!releasing_) leave_undecoded(held_.drop());
}

void Reader::leave_undecoded(std::int64_t packets) {
  state_.counters.gated += static_cast<std::uint64_t>(packets);
  state_.sequence += packets;
  state_.still |= packets > 0;
}

/// Whether it is the keyframe of released packets, which was handed out when it came.
bool Reader::repeated(const AVFrame& picture) {
  const std::int64_t timestamp = picture.best_effort_timestamp;
  return std::exchange(repeats_, false) &&
         (timestamp == AV_NOPTS_VALUE || timestamp == held_.keyframe_shown());
}

void Reader::alone_failed() {
  state_.chooser.alone_failed();
  state_.gate.alone_failed();
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
      if (repeated(**picture)) {
        account(in_flight_.came_out(held_.keyframe_shown()));
        continue;
      }
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
  if (alone_ && !stands_alone(*picture)) alone_failed();

  auto frame = pictures_.make(std::move(picture));
  if (!frame) return wrap(frame.error(), shown_);
  frame->sequence = state_.sequence++;
  frame->after_still = std::exchange(state_.still, false);
  ++state_.counters.decoded;
  ++frames_;
  lost_in_a_row_ = 0;
  return TimedFrame{std::move(*frame), last_seconds_, std::max(released_at_ - last_seconds_, 0.0)};
}

/// Takes note of packets that the decoder kept to itself.
void Reader::account(std::int64_t swallowed) {
  state_.sequence += swallowed;
  if (state_.policy == DecodePolicy::reference)
    state_.counters.skipped += static_cast<std::uint64_t>(swallowed);
  // Nothing came of a keyframe by itself: it leans on others after all.
  if (alone_ && swallowed > 0) alone_failed();
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
