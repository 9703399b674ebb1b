#include "bare_decode.h"

#include <cstdio>
#include <cstdlib>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

namespace kinesight::bench {
namespace {

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bench: %s\n", what);
  std::exit(1);
}

int receive_all(AVCodecContext* decoder, AVFrame* frame) {
  int frames = 0;
  while (avcodec_receive_frame(decoder, frame) == 0) ++frames;
  return frames;
}

}  // namespace

int bare_decode(const std::string& path, bool keyframes_only) {
  AVFormatContext* input = nullptr;
  must(avformat_open_input(&input, path.c_str(), nullptr, nullptr) == 0, "cannot open the video");
  must(avformat_find_stream_info(input, nullptr) >= 0, "cannot read the video");
  const AVCodec* codec = nullptr;
  const int stream = av_find_best_stream(input, AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
  must(stream >= 0, "no video stream");
  AVCodecContext* decoder = avcodec_alloc_context3(codec);
  avcodec_parameters_to_context(decoder, input->streams[stream]->codecpar);
  decoder->thread_count = 1;
  if (keyframes_only) {
    input->streams[stream]->discard = AVDISCARD_NONKEY;
    decoder->skip_frame = AVDISCARD_NONKEY;
  }
  must(avcodec_open2(decoder, codec, nullptr) == 0, "cannot open the decoder");

  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  int frames = 0;
  while (av_read_frame(input, packet) == 0) {
    const bool wanted =
        packet->stream_index == stream && (!keyframes_only || (packet->flags & AV_PKT_FLAG_KEY));
    if (wanted && avcodec_send_packet(decoder, packet) == 0) frames += receive_all(decoder, frame);
    av_packet_unref(packet);
  }
  avcodec_send_packet(decoder, nullptr);
  frames += receive_all(decoder, frame);

  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&decoder);
  avformat_close_input(&input);
  return frames;
}

}  // namespace kinesight::bench
