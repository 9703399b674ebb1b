// libav's C headers, and owners for what they allocate.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace kinesight::video::libav {

/// Calls libav's own release function, which takes a pointer to the pointer.
template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(&object);
  }
};
/// The same for release functions that take the pointer itself.
template <auto release>
struct ReleasePlain {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};

using PacketPtr = std::unique_ptr<AVPacket, Release<av_packet_free>>;
using FramePtr = std::unique_ptr<AVFrame, Release<av_frame_free>>;
using CodecPtr = std::unique_ptr<AVCodecContext, Release<avcodec_free_context>>;
using InputPtr = std::unique_ptr<AVFormatContext, Release<avformat_close_input>>;
using ScalerPtr = std::unique_ptr<SwsContext, ReleasePlain<sws_freeContext>>;
using BufferPoolPtr = std::unique_ptr<AVBufferPool, Release<av_buffer_pool_uninit>>;

/// libav's options for one call. The call takes out those it knew.
class Options {
 public:
  Options() = default;
  ~Options() { av_dict_free(&entries_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  void set(const char* key, const char* value) { av_dict_set(&entries_, key, value, 0); }
  void set_number(const char* key, std::int64_t value) { av_dict_set_int(&entries_, key, value, 0); }
  AVDictionary** get() { return &entries_; }

 private:
  AVDictionary* entries_ = nullptr;
};

}  // namespace kinesight::video::libav
