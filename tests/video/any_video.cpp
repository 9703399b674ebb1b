#include "video/any_video.h"

#include <stdexcept>

#include "video/libav/error.h"
#include "video/libav/libav.h"
#include "video/movie.h"

namespace kinesight::video::test {
namespace {

using namespace libav;

void must(int code, const char* what) {
  if (code < 0) throw std::runtime_error(std::string(what) + ": " + text_of(code));
}

/// A container being written, with one stream.
class Muxer {
 public:
  explicit Muxer(const std::filesystem::path& path) {
    must(avformat_alloc_output_context2(&context_, nullptr, nullptr, path.c_str()), "format");
    context_->flags |= AVFMT_FLAG_BITEXACT;  // The same bytes every time.
    must(avio_open(&context_->pb, path.c_str(), AVIO_FLAG_WRITE), "open");
    avformat_new_stream(context_, nullptr);
  }
  ~Muxer() {
    av_write_trailer(context_);
    avio_closep(&context_->pb);
    avformat_free_context(context_);
  }

  AVFormatContext& context() { return *context_; }
  AVStream& stream() { return *context_->streams[0]; }
  void begin() { must(avformat_write_header(context_, nullptr), "header"); }
  void write(AVPacket& packet, AVRational time_base) {
    packet.stream_index = 0;
    packet.pos = -1;
    av_packet_rescale_ts(&packet, time_base, stream().time_base);
    must(av_interleaved_write_frame(context_, &packet), "write");
  }

 private:
  AVFormatContext* context_ = nullptr;
};

CodecPtr open_encoder(const AnyVideo& options, bool header_apart) {
  const AVCodec* codec = avcodec_find_encoder_by_name(options.encoder.c_str());
  if (codec == nullptr) throw std::runtime_error("no encoder " + options.encoder);
  CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = options.width;
  encoder->height = options.height;
  encoder->pix_fmt = options.format;
  encoder->time_base = {1, options.fps};
  encoder->framerate = {options.fps, 1};
  encoder->gop_size = options.keyframe_interval;
  encoder->max_b_frames = options.b_frames;
  encoder->thread_count = 1;
  encoder->bit_rate = 2'000'000;
  if (header_apart) encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  Options extra;
  if (!options.x264_params.empty()) extra.set("x264-params", options.x264_params.c_str());
  if (options.encoder == "libx265") extra.set("x265-params", "log-level=none");
  must(avcodec_open2(encoder.get(), codec, extra.get()), "encoder");
  return encoder;
}

FramePtr convert(const Picture& picture, const AVCodecContext& encoder) {
  FramePtr frame(av_frame_alloc());
  frame->format = encoder.pix_fmt;
  frame->width = encoder.width;
  frame->height = encoder.height;
  must(av_frame_get_buffer(frame.get(), 0), "frame");
  const ScalerPtr scaler(sws_getContext(picture.width, picture.height, AV_PIX_FMT_YUV420P, encoder.width,
                                        encoder.height, encoder.pix_fmt, SWS_BILINEAR | SWS_ACCURATE_RND,
                                        nullptr, nullptr, nullptr));
  const FrameView view = picture.view();
  const std::uint8_t* planes[] = {view.planes[0].data, view.planes[1].data, view.planes[2].data, nullptr};
  const int strides[] = {view.planes[0].stride, view.planes[1].stride, view.planes[2].stride, 0};
  sws_scale(scaler.get(), planes, strides, 0, picture.height, frame->data, frame->linesize);
  return frame;
}

void encode(AVCodecContext& encoder, const AVFrame* frame, Muxer& muxer) {
  must(avcodec_send_frame(&encoder, frame), "encode");
  const PacketPtr packet(av_packet_alloc());
  while (avcodec_receive_packet(&encoder, packet.get()) >= 0) {
    packet->duration = 1;
    muxer.write(*packet, encoder.time_base);
  }
}

}  // namespace

void write_any_video(const std::filesystem::path& path, int count, const AnyVideo& options) {
  const LogCapture quiet;
  Muxer muxer(path);
  const CodecPtr encoder = open_encoder(options, (muxer.context().oformat->flags & AVFMT_GLOBALHEADER) != 0);
  must(avcodec_parameters_from_context(muxer.stream().codecpar, encoder.get()), "parameters");
  muxer.stream().time_base = encoder->time_base;
  muxer.stream().avg_frame_rate = encoder->framerate;
  muxer.begin();
  for (int i = 0; i < count; ++i) {
    const FramePtr frame = convert(numbered_picture(i, options.width, options.height), *encoder);
    frame->pts = i;
    encode(*encoder, frame.get(), muxer);
  }
  encode(*encoder, nullptr, muxer);
}

void remux(const std::filesystem::path& from, const std::filesystem::path& to, const Remux& how) {
  const LogCapture quiet;
  AVFormatContext* opened = nullptr;
  must(avformat_open_input(&opened, from.c_str(), nullptr, nullptr), "open");
  const InputPtr input(opened);
  must(avformat_find_stream_info(opened, nullptr), "streams");
  const AVStream& stream = *input->streams[0];
  Muxer muxer(to);
  must(avcodec_parameters_copy(muxer.stream().codecpar, stream.codecpar), "parameters");
  muxer.stream().codecpar->codec_tag = 0;
  muxer.stream().time_base = stream.time_base;
  muxer.begin();
  const PacketPtr packet(av_packet_alloc());
  const auto shift = static_cast<std::int64_t>(how.shift_seconds / av_q2d(stream.time_base));
  for (int i = 0; av_read_frame(opened, packet.get()) >= 0; ++i) {
    if (i >= how.first_packet) {
      packet->pts += shift;
      packet->dts += shift;
      muxer.write(*packet, stream.time_base);
    }
    av_packet_unref(packet.get());
  }
}

}  // namespace kinesight::video::test
