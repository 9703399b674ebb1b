#include "video/libav/demuxer.h"

#include "video/libav/error.h"
#include "video/sample_counts.h"

namespace kinesight::video::libav {
namespace {

/// A year. A header that says more is damaged.
constexpr double kLongestSeconds = 366.0 * 24 * 3600;

/// "audio aac, subtitle mov_text"; "nothing" for no streams.
std::string list_streams(const AVFormatContext& input) {
  std::string text;
  for (unsigned i = 0; i < input.nb_streams; ++i) {
    const AVCodecParameters& codec = *input.streams[i]->codecpar;
    const char* type = av_get_media_type_string(codec.codec_type);
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", type ? type : "unknown",
                        avcodec_get_name(codec.codec_id));
  }
  return text.empty() ? "nothing" : text;
}

/// Whether the header names codec and size of a video stream.
bool says_all(const AVFormatContext& input) {
  for (unsigned i = 0; i < input.nb_streams; ++i) {
    const AVCodecParameters& codec = *input.streams[i]->codecpar;
    if (codec.codec_type == AVMEDIA_TYPE_VIDEO && codec.codec_id != AV_CODEC_ID_NONE && codec.width > 0 &&
        codec.height > 0)
      return true;
  }
  return false;
}

std::unexpected<Error> failure(std::string_view shown, std::string_view what, int code,
                               std::string_view explanation, const Interrupt& interrupt) {
  if (interrupt.stopped()) return fail(ErrorKind::cancelled, "{}: {}: stopped", shown, what);
  if (interrupt.expired()) return fail(ErrorKind::unavailable, "{}: {}: timed out", shown, what);
  return fail(kind_of(code), "{}: {}: {}", shown, what, explanation);
}

}  // namespace

Result<std::unique_ptr<Demuxer>> Demuxer::open(const std::string& url, std::string shown, Options& options,
                                               Interrupt& interrupt) {
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr) return fail(ErrorKind::unavailable, "{}: out of memory", shown);
  context->interrupt_callback = interrupt.callback();
  std::unique_ptr<Demuxer> demuxer(new Demuxer(std::move(shown), interrupt));
  auto done = demuxer->open_input(context, url.c_str(), nullptr, options.get());
  if (done) done = demuxer->examine();
  if (done) done = demuxer->find_video();
  if (!done) return std::unexpected(done.error());
  return demuxer;
}

Result<std::unique_ptr<Demuxer>> Demuxer::open_memory(std::vector<std::string_view> pieces,
                                                      const char* format, std::string shown,
                                                      Interrupt& interrupt) {
  if (std::string_view(format) == "mov") {
    for (const std::string_view piece : pieces) {
      if (const auto sane = check_claimed_samples(piece); !sane) return wrap(sane.error(), shown);
    }
  }
  std::unique_ptr<Demuxer> demuxer(new Demuxer(std::move(shown), interrupt));
  demuxer->memory_ = std::make_unique<MemoryInput>(std::move(pieces));
  if (auto done = demuxer->open_alone(demuxer->memory_->io(), format); !done)
    return std::unexpected(done.error());
  return demuxer;
}

Result<std::unique_ptr<Demuxer>> Demuxer::open_descriptor(const FileRange& range, const char* format,
                                                          std::string shown, Interrupt& interrupt) {
  std::unique_ptr<Demuxer> demuxer(new Demuxer(std::move(shown), interrupt));
  demuxer->file_ = std::make_unique<DescriptorInput>(range);
  if (auto done = demuxer->open_alone(demuxer->file_->io(), format); !done)
    return std::unexpected(done.error());
  return demuxer;
}

Result<> Demuxer::open_alone(AVIOContext* io, const char* format) {
  AVFormatContext* context = avformat_alloc_context();
  if (context == nullptr || io == nullptr) {
    avformat_free_context(context);
    return fail(ErrorKind::unavailable, "{}: out of memory", shown_);
  }
  context->pb = io;
  context->io_open = [](AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) {
    return AVERROR(EPERM);
  };
  Options options;
  options.set("codec_whitelist", "h264,hevc");
  options.set("fpsprobesize", "0");     // Nobody asks for the rate.
  options.set("ignore_editlist", "1");  // Of the whole stream: it has nothing to cut out of a part.
  options.set("advanced_editlist", "0");
  auto done = open_input(context, "", av_find_input_format(format), options.get());
  if (done && !says_all(*input_)) done = examine();
  if (done) done = find_video();
  return done;
}

Result<> Demuxer::open_input(AVFormatContext* context, const char* url, const AVInputFormat* format,
                             AVDictionary** options) {
  const LogCapture log;
  // Frees the context when it fails.
  const int code = avformat_open_input(&context, url, format, options);
  if (code < 0) return failed("cannot open", code, log.explain(code));
  input_.reset(context);
  return {};
}

/// Reads some packets, and decodes them where it must, to learn what the header did not say.
Result<> Demuxer::examine() {
  const LogCapture log;
  const int code = avformat_find_stream_info(input_.get(), nullptr);
  if (code >= 0 && !interrupt_.stopped() && !interrupt_.expired()) return {};
  return failed("cannot find out what is in it", code, log.explain(code));
}

Result<> Demuxer::find_video() {
  stream_ = av_find_best_stream(input_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  // Cover art of a sound file counts as a video stream in libav.
  if (stream_ < 0 || (stream().disposition & AV_DISPOSITION_ATTACHED_PIC) != 0) {
    return fail(ErrorKind::corrupt, "{}: expected a video stream, found {}", shown_, list_streams(*input_));
  }
  const AVCodecParameters& codec = *stream().codecpar;
  if (codec.width <= 0 || codec.height <= 0) {
    return fail(ErrorKind::corrupt, "{}: the {} stream does not say its size", shown_,
                avcodec_get_name(codec.codec_id));
  }
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    if (static_cast<int>(i) != stream_) input_->streams[i]->discard = AVDISCARD_ALL;
  }
  return {};
}

Result<bool> Demuxer::read(AVPacket& packet) {
  const LogCapture log;
  for (;;) {
    av_packet_unref(&packet);
    const int code = av_read_frame(input_.get(), &packet);
    if (interrupt_.stopped() || interrupt_.expired()) return failed("reading", code, {});
    if (code == AVERROR_EOF) return false;
    // libav says "again" of files as well, when a packet was no use.
    if (code < 0)
      return failed("reading", code == AVERROR(EAGAIN) ? AVERROR_INVALIDDATA : code, log.explain(code));
    if (packet.stream_index != stream_) continue;
    // Half a picture at the end of a fragment that was cut off decodes to something, and that is not it.
    if ((memory_ != nullptr || file_ != nullptr) && (packet.flags & AV_PKT_FLAG_CORRUPT) != 0)
      return failed("reading", AVERROR_INVALIDDATA, "a packet is cut off");
    return true;
  }
}

double Demuxer::duration() const {
  double seconds = 0;
  if (stream().duration > 0) {
    seconds = static_cast<double>(stream().duration) * av_q2d(stream().time_base);
  } else if (input_->duration > 0) {
    seconds = static_cast<double>(input_->duration) / AV_TIME_BASE;
  }
  return seconds < kLongestSeconds ? seconds : 0;
}

bool Demuxer::cut_off() const {
  const int entries = avformat_index_get_entries_count(&stream());
  const std::int64_t size = input_->pb != nullptr ? avio_size(input_->pb) : 0;
  if (size <= 0 || entries == 0) return false;
  const AVIndexEntry* last = avformat_index_get_entry(input_->streams[stream_], entries - 1);
  return last->pos > size - last->size;
}

std::unexpected<Error> Demuxer::failed(std::string_view what, int code, std::string_view explanation) const {
  return failure(shown_, what, code, explanation, interrupt_);
}

}  // namespace kinesight::video::libav
