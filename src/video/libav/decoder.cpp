#include "video/libav/decoder.h"

#include "video/libav/error.h"

namespace kinesight::video::libav {

Result<Decoder> Decoder::open(const AVStream& stream, const DecoderOptions& options, std::string_view shown) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVCodec* decoder = avcodec_find_decoder(parameters.codec_id);
  if (decoder == nullptr) {
    return fail(ErrorKind::corrupt, "{}: there is no decoder for {}; H.264 and HEVC work everywhere", shown,
                avcodec_get_name(parameters.codec_id));
  }
  CodecPtr codec(avcodec_alloc_context3(decoder));
  const LogCapture log;
  int code = codec == nullptr ? AVERROR(ENOMEM) : avcodec_parameters_to_context(codec.get(), &parameters);
  if (code >= 0) {
    codec->pkt_timebase = stream.time_base;
    codec->thread_count = 1;
    codec->max_pixels = options.max_pixels;
    codec->skip_frame = options.skip;
    // The H.264 decoder takes "strict" for just this (H.264, E.2.1: max_num_reorder_frames when absent).
    if (options.patient && parameters.codec_id == AV_CODEC_ID_H264)
      codec->strict_std_compliance = FF_COMPLIANCE_STRICT;
    code = avcodec_open2(codec.get(), decoder, nullptr);
  }
  if (code < 0) {
    return fail(ErrorKind::corrupt, "{}: the {} decoder refuses the stream: {}", shown, decoder->name,
                log.explain(code));
  }
  return Decoder(std::move(codec));
}

void Decoder::leave_out_loop_filters(bool leave_out) {
  codec_->skip_loop_filter = leave_out ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
}

int Decoder::send(const AVPacket& packet) {
  const LogCapture quiet;
  return avcodec_send_packet(codec_.get(), &packet);
}

void Decoder::drain() {
  const LogCapture quiet;
  avcodec_send_packet(codec_.get(), nullptr);
}

std::expected<FramePtr, int> Decoder::receive() {
  const LogCapture quiet;
  FramePtr frame(av_frame_alloc());
  if (frame == nullptr) return std::unexpected(AVERROR(ENOMEM));
  const int code = avcodec_receive_frame(codec_.get(), frame.get());
  if (code >= 0) return frame;
  if (code == AVERROR_EOF) avcodec_flush_buffers(codec_.get());  // Drained: ready for new packets.
  if (code == AVERROR_EOF || code == AVERROR(EAGAIN)) return nullptr;
  return std::unexpected(code);
}

}  // namespace kinesight::video::libav
