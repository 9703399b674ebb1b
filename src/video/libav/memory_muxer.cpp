#include "video/libav/memory_muxer.h"

#include "video/libav/error.h"

namespace kinesight::video::libav {

Result<std::unique_ptr<MemoryMuxer>> MemoryMuxer::create(const MuxFormat& format,
                                                         const AVCodecParameters& codec, AVRational time_base,
                                                         std::string shown) {
  std::unique_ptr<MemoryMuxer> muxer(new MemoryMuxer(time_base, std::move(shown)));
  if (auto started = muxer->start(format, codec); !started) return std::unexpected(started.error());
  return muxer;
}

Result<> MemoryMuxer::start(const MuxFormat& format, const AVCodecParameters& codec) {
  const LogCapture log;
  AVFormatContext* context = nullptr;
  int code = avformat_alloc_output_context2(&context, nullptr, format.name, nullptr);
  context_.reset(context);
  if (code < 0) return failed(code, log.explain(code));
  AVStream* stream = avformat_new_stream(context, nullptr);
  if (stream == nullptr || output_.io() == nullptr) return failed(AVERROR(ENOMEM), "out of memory");
  context->pb = output_.io();
  context->flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO;  // No version and no time of writing in it.
  avcodec_parameters_copy(stream->codecpar, &codec);
  stream->codecpar->codec_tag = 0;  // The tags of one container are nothing to another.
  // hvc1: the parameter sets are in the header alone, which every player takes.
  if (codec.codec_id == AV_CODEC_ID_HEVC && std::string_view(format.name) == "mp4") {
    stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
  }
  stream->time_base = time_base_;
  for (const auto& [name, value] : format.tags) {
    av_dict_set(&context->metadata, name.c_str(), value.c_str(), 0);
  }
  Options options;
  for (const auto& [name, value] : format.options) options.set(name.c_str(), value.c_str());
  code = avformat_write_header(context, options.get());
  if (code < 0) return failed(code, log.explain(code));
  return {};
}

Result<> MemoryMuxer::write(AVPacket& packet) {
  const LogCapture log;
  av_packet_rescale_ts(&packet, time_base_, time_base());
  packet.stream_index = 0;
  packet.pos = -1;
  const int code = av_write_frame(context_.get(), &packet);
  if (code < 0) return failed(code, log.explain(code));
  return {};
}

Result<> MemoryMuxer::flush() {
  const LogCapture log;
  const int code = av_write_frame(context_.get(), nullptr);
  if (code < 0) return failed(code, log.explain(code));
  return {};
}

Result<> MemoryMuxer::finish() {
  const LogCapture log;
  const int code = av_write_trailer(context_.get());
  if (code < 0) return failed(code, log.explain(code));
  return {};
}

std::unexpected<Error> MemoryMuxer::failed(int code, const std::string& explanation) const {
  const bool memory = code == AVERROR(ENOMEM);
  return fail(memory ? ErrorKind::unavailable : ErrorKind::corrupt, "{}: cannot be written: {}", shown_,
              explanation);
}

}  // namespace kinesight::video::libav
