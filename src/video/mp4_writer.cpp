#include "video/mp4_writer.h"

#include <array>
#include <system_error>

#include "video/libav/color.h"
#include "video/libav/error.h"
#include "video/libav/libav.h"

namespace kinesight::video {
namespace {

using namespace libav;

/// The muxer and the file it writes. The file is removed unless it was kept.
class Output {
 public:
  ~Output() {
    if (context_ == nullptr) return;
    avio_closep(&context_->pb);
    avformat_free_context(context_);
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(partial_, ignored);
  }

  Result<> open(const std::filesystem::path& path) {
    path_ = path;
    partial_ = path.string() + ".partial";
    // "file:" so that a colon in the path is not taken for a protocol.
    const std::string url = "file:" + partial_.string();
    const LogCapture quiet;
    int code = avformat_alloc_output_context2(&context_, nullptr, "mp4", url.c_str());
    if (code < 0) return failed("cannot make an MP4 muxer", code);
    context_->flags |= AVFMT_FLAG_BITEXACT;  // No version and no time of writing in the file.
    code = avio_open(&context_->pb, url.c_str(), AVIO_FLAG_WRITE);
    if (code < 0) return failed("cannot create the file", code);
    return {};
  }

  Result<> start(const AVCodecContext& encoder) {
    AVStream* stream = avformat_new_stream(context_, nullptr);
    if (stream == nullptr) return failed("cannot add a stream", AVERROR(ENOMEM));
    avcodec_parameters_from_context(stream->codecpar, &encoder);
    if (encoder.codec_id == AV_CODEC_ID_HEVC) stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
    stream->time_base = encoder.time_base;
    stream->avg_frame_rate = encoder.framerate;
    Options options;
    options.set("movflags", "+faststart");
    const int code = avformat_write_header(context_, options.get());
    if (code < 0) return failed("cannot write the header", code);
    return {};
  }

  Result<> write(AVPacket& packet, AVRational time_base) {
    av_packet_rescale_ts(&packet, time_base, context_->streams[0]->time_base);
    packet.stream_index = 0;
    const int code = av_interleaved_write_frame(context_, &packet);
    if (code < 0) return failed("cannot write", code);
    return {};
  }

  Result<> finish() {
    int code = av_write_trailer(context_);
    if (const int closed = avio_closep(&context_->pb); code >= 0) code = closed;
    if (code < 0) return failed("cannot write the index", code);
    std::error_code renamed;
    std::filesystem::rename(partial_, path_, renamed);
    if (renamed) return failed("cannot give the file its name", AVERROR(renamed.value()));
    kept_ = true;
    return {};
  }

  /// The error of a libav call that returned `code`.
  std::unexpected<Error> failed(std::string_view what, int code) const {
    return fail(kind_of(code), "{}: {}: {}", path_.string(), what, text_of(code));
  }

 private:
  std::filesystem::path path_;
  std::filesystem::path partial_;
  AVFormatContext* context_ = nullptr;
  bool kept_ = false;
};

Result<> check(const std::filesystem::path& path, const Mp4Options& options) {
  const auto bad = [&](std::string_view expected, int found) {
    return fail(ErrorKind::invalid, "{}: expected {}, found {}", path.string(), expected, found);
  };
  if (options.width <= 0 || options.width % 2 != 0) return bad("an even width above 0", options.width);
  if (options.height <= 0 || options.height % 2 != 0) return bad("an even height above 0", options.height);
  if (options.fps <= 0 || options.fps > 1000) return bad("fps from 1 to 1000", options.fps);
  if (options.keyframe_interval < 0) return bad("a keyframe interval from 0", options.keyframe_interval);
  if (options.quality < 0 || options.quality > 51) return bad("a quality from 0 to 51", options.quality);
  if (options.b_frames < 0 || options.b_frames > 16) return bad("b_frames from 0 to 16", options.b_frames);
  if (options.codec == "h264" || options.codec == "hevc") return {};
  return fail(ErrorKind::invalid, "{}: expected codec h264 or hevc, found '{}'", path.string(),
              options.codec);
}

/// Options that make keyframes and B-frames fall exactly where Mp4Options says, and the encoder silent.
void set_encoder_options(Options& to, const Mp4Options& options, int keyframe_interval) {
  to.set("preset", "veryfast");
  to.set_number("crf", options.quality);
  if (options.codec == "h264") {
    to.set_number("sc_threshold", 0);  // No keyframes at scene cuts.
    to.set_number("b_strategy", 0);    // As many B-frames as asked for, whatever the picture.
  } else {
    const std::string text = fmt::format(
        "log-level=none:pools=none:frame-threads=1:scenecut=0:open-gop=0:b-adapt=0:keyint={0}:min-keyint={0}",
        keyframe_interval);
    to.set("x265-params", text.c_str());
  }
}

Result<CodecPtr> open_encoder(const std::filesystem::path& path, const Mp4Options& options) {
  const bool hevc = options.codec == "hevc";
  const AVCodec* codec = avcodec_find_encoder(hevc ? AV_CODEC_ID_HEVC : AV_CODEC_ID_H264);
  if (codec == nullptr) {
    return fail(ErrorKind::unavailable,
                "{}: this machine's libavcodec has no {} encoder; install one with {}", path.string(),
                options.codec, hevc ? "libx265" : "libx264");
  }
  CodecPtr encoder(avcodec_alloc_context3(codec));
  encoder->width = options.width;
  encoder->height = options.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->colorspace = space_of(options.matrix);
  encoder->color_range = range_of(options.range);
  encoder->time_base = {1, options.fps};
  encoder->framerate = {options.fps, 1};
  encoder->gop_size = options.keyframe_interval > 0 ? options.keyframe_interval : options.fps;
  encoder->keyint_min = encoder->gop_size;
  encoder->max_b_frames = options.b_frames;
  encoder->thread_count = 1;  // The number of threads changes what x264 writes.
  encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  Options extra;
  set_encoder_options(extra, options, encoder->gop_size);
  const LogCapture log;
  const int code = avcodec_open2(encoder.get(), codec, extra.get());
  if (code < 0) {
    return fail(kind_of(code), "{}: the encoder {} refused the options: {}", path.string(), codec->name,
                log.explain(code));
  }
  return encoder;
}

/// A picture in the encoder's format that frames are copied or converted into.
FramePtr allocate_picture(const AVCodecContext& encoder) {
  FramePtr picture(av_frame_alloc());
  picture->format = encoder.pix_fmt;
  picture->width = encoder.width;
  picture->height = encoder.height;
  picture->colorspace = encoder.colorspace;
  picture->color_range = encoder.color_range;
  if (av_frame_get_buffer(picture.get(), 0) < 0) return nullptr;
  return picture;
}

class LibavMp4Writer final : public Mp4Writer {
 public:
  LibavMp4Writer(std::filesystem::path path, Mp4Options options)
      : path_(std::move(path)), options_(std::move(options)), packet_(av_packet_alloc()) {}

  Result<> open() {
    if (auto good = check(path_, options_); !good) return good;
    auto encoder = open_encoder(path_, options_);
    if (!encoder) return std::unexpected(encoder.error());
    encoder_ = std::move(*encoder);
    picture_ = allocate_picture(*encoder_);
    if (picture_ == nullptr || packet_ == nullptr)
      return output_.failed("cannot allocate a frame", AVERROR(ENOMEM));
    if (auto opened = output_.open(path_); !opened) return opened;
    return output_.start(*encoder_);
  }

  Result<> write(const FrameView& frame) override {
    if (frame.width != options_.width || frame.height != options_.height) {
      return fail(ErrorKind::invalid, "{}: expected frames of {}x{}, found {}x{}", path_.string(),
                  options_.width, options_.height, frame.width, frame.height);
    }
    // The encoder may still hold the picture of the call before.
    if (const int code = av_frame_make_writable(picture_.get()); code < 0)
      return output_.failed("cannot encode", code);
    if (auto filled = frame.format == PixelFormat::i420 ? copy(frame) : convert(frame); !filled)
      return filled;
    picture_->pts = next_++;
    return encode(picture_.get());
  }

  Result<> finish() override {
    if (auto flushed = encode(nullptr); !flushed) return flushed;
    return output_.finish();
  }

 private:
  Result<> copy(const FrameView& frame) {
    if (frame.matrix != options_.matrix || frame.range != options_.range) {
      return fail(ErrorKind::invalid,
                  "{}: expected i420 frames with the matrix and range of Mp4Options, found others",
                  path_.string());
    }
    std::array<const std::uint8_t*, 4> planes{};
    std::array<int, 4> strides{};
    for (std::size_t i = 0; i < frame.planes.size(); ++i) {
      planes[i] = frame.planes[i].data;
      strides[i] = frame.planes[i].stride;
    }
    av_image_copy(picture_->data, picture_->linesize, planes.data(), strides.data(), AV_PIX_FMT_YUV420P,
                  frame.width, frame.height);
    return {};
  }

  Result<> convert(const FrameView& frame) {
    if (scaler_ == nullptr) {
      scaler_.reset(sws_getContext(frame.width, frame.height, AV_PIX_FMT_BGR24, frame.width, frame.height,
                                   AV_PIX_FMT_YUV420P, SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr,
                                   nullptr));
      if (scaler_ == nullptr) return output_.failed("cannot convert bgr24", AVERROR(ENOMEM));
      const int* matrix = coefficients_of(options_.matrix);
      const int full = options_.range == ColorRange::full ? 1 : 0;
      sws_setColorspaceDetails(scaler_.get(), matrix, 1, matrix, full, 0, 1 << 16, 1 << 16);
    }
    sws_scale(scaler_.get(), &frame.planes[0].data, &frame.planes[0].stride, 0, frame.height, picture_->data,
              picture_->linesize);
    return {};
  }

  /// Hands a picture (null: no more) to the encoder and what comes out to the file.
  Result<> encode(const AVFrame* picture) {
    int code = avcodec_send_frame(encoder_.get(), picture);
    if (code < 0) return output_.failed("cannot encode", code);
    while ((code = avcodec_receive_packet(encoder_.get(), packet_.get())) >= 0) {
      packet_->duration = 1;
      if (auto written = output_.write(*packet_, encoder_->time_base); !written) return written;
    }
    if (code != AVERROR(EAGAIN) && code != AVERROR_EOF) return output_.failed("cannot encode", code);
    return {};
  }

  const std::filesystem::path path_;
  const Mp4Options options_;
  Output output_;
  CodecPtr encoder_;
  FramePtr picture_;
  PacketPtr packet_;
  ScalerPtr scaler_;
  std::int64_t next_ = 0;
};

}  // namespace

Result<std::unique_ptr<Mp4Writer>> Mp4Writer::create(const std::filesystem::path& path,
                                                     const Mp4Options& options) {
  auto writer = std::make_unique<LibavMp4Writer>(path, options);
  if (auto opened = writer->open(); !opened) return std::unexpected(opened.error());
  return writer;
}

}  // namespace kinesight::video
