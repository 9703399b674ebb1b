#include "video/fragmenter/played.h"

#include <stdexcept>

#include "support/temp_folder.h"
#include "video/libav/error.h"
#include "video/libav/libav.h"
#include "video/libav/picture.h"
#include "video/movie.h"

namespace kinesight::video::test {
namespace {

using namespace libav;

void must(int code, const char* what) {
  if (code < 0) throw std::runtime_error(std::string(what) + ": " + text_of(code));
}

CodecPtr decoder_of(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  CodecPtr decoder(avcodec_alloc_context3(codec));
  must(avcodec_parameters_to_context(decoder.get(), stream.codecpar), "parameters");
  decoder->thread_count = 1;
  must(avcodec_open2(decoder.get(), codec, nullptr), "decoder");
  return decoder;
}

void receive(AVCodecContext& decoder, AVRational time_base, Played& played) {
  PictureMaker pictures;
  for (;;) {
    FramePtr frame(av_frame_alloc());
    const int code = avcodec_receive_frame(&decoder, frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return;
    if (code < 0 || frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
      ++played.refused;
    }
    if (code < 0) return;
    const double seconds = static_cast<double>(frame->pts) * av_q2d(time_base);
    const auto picture = pictures.make(std::move(frame));
    played.frames.push_back({number_in(picture->view), seconds});
  }
}

}  // namespace

std::vector<int> Played::numbers() const {
  std::vector<int> all;
  for (const Shown& frame : frames) all.push_back(frame.number);
  return all;
}

Played play(std::string_view bytes) {
  const support::TempFolder folder;
  spill(folder.path() / "media", bytes);
  const LogCapture quiet;
  AVFormatContext* opened = nullptr;
  must(avformat_open_input(&opened, ("file:" + (folder.path() / "media").string()).c_str(), nullptr, nullptr),
       "open");
  const InputPtr input(opened);
  must(avformat_find_stream_info(opened, nullptr), "streams");
  if (input->nb_streams != 1) throw std::runtime_error("expected one stream");
  const AVStream& stream = *input->streams[0];
  Played played;
  played.format = input->iformat->name;
  for (int i = 0; i < 4; ++i) {
    played.codec_tag += static_cast<char>(stream.codecpar->codec_tag >> (8 * i) & 0xff);
  }
  played.width = stream.codecpar->width;
  played.height = stream.codecpar->height;
  for (const AVDictionaryEntry* tag = nullptr;
       (tag = av_dict_get(input->metadata, "", tag, AV_DICT_IGNORE_SUFFIX)) != nullptr;) {
    played.tags[tag->key] = tag->value;
  }
  const CodecPtr decoder = decoder_of(stream);
  const PacketPtr packet(av_packet_alloc());
  while (av_read_frame(opened, packet.get()) >= 0) {
    if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0) ++played.refused;
    if (avcodec_send_packet(decoder.get(), packet.get()) < 0) ++played.refused;
    receive(*decoder, stream.time_base, played);
    av_packet_unref(packet.get());
  }
  avcodec_send_packet(decoder.get(), nullptr);
  receive(*decoder, stream.time_base, played);
  return played;
}

}  // namespace kinesight::video::test
