// source: {type: file}
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "video/decode_option.h"
#include "video/libav/reader.h"
#include "video/monotonic.h"
#include "video/source_kind.h"

namespace kinesight::video {
namespace {

namespace fs = std::filesystem;
using namespace libav;

enum class Pace { realtime, max };

struct FileOptions {
  std::string path;
  bool loop = false;
  Pace pace = Pace::realtime;
  DecodePolicy decode = DecodePolicy::automatic;
  static const config::Table& table();
};

const config::Table& FileOptions::table() {
  static const config::Table table =
      config::describe<FileOptions>("file", "Plays a video file as if it were a camera.")
          .option("path", &FileOptions::path,
                  "The video file: MP4, Matroska, MPEG-TS and whatever else libav reads.")
          .required()
          .not_empty()
          .existing_path()
          .option("loop", &FileOptions::loop,
                  "Begin again at the end, for ever. Capture times go on; the file is opened anew each time.")
          .choice("pace", &FileOptions::pace, {{"realtime", Pace::realtime}, {"max", Pace::max}},
                  "realtime: frames come at the video's own speed, dated from now on. max: as fast as they "
                  "are used, "
                  "dated as a recording that ended when it was opened.")
          .choice("decode", &FileOptions::decode, kDecodeWords, kDecodeHelp);
  return table;
}

/// What libav would say of these is no help, or it would wait for ever (a pipe).
Result<> check_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  const std::string shown = fs::absolute(path, error).string();
  switch (status.type()) {
    case fs::file_type::not_found:
      return fail(ErrorKind::not_found, "video file '{}': there is no such file; check `path`", shown);
    case fs::file_type::none:
    case fs::file_type::unknown:
      return fail(ErrorKind::denied,
                  "video file '{}': cannot be looked at; check the permissions of its folders", shown);
    case fs::file_type::directory:
      return fail(ErrorKind::invalid, "video file '{}': expected a file, found a folder; name one file in it",
                  shown);
    case fs::file_type::regular:
      break;
    default:
      return fail(ErrorKind::invalid, "video file '{}': expected a file, found a device, pipe or socket",
                  shown);
  }
  if (fs::file_size(path, error) > 0 || error) return {};
  return fail(ErrorKind::corrupt, "video file '{}': it is empty; was it copied to its end?", shown);
}

class FileSource final : public FrameSource {
 public:
  FileSource(FileOptions options, const SourceContext& context)
      : options_(std::move(options)),
        clock_(*context.clock),
        interrupt_(clock_),
        state_(options_.decode, context.fps_target, context.bitstream_gate) {}

  Result<> open(std::stop_token stop) override {
    interrupt_.arm(std::move(stop), std::nullopt);
    timeline_ = Timeline();
    auto opened = survey_keyframes();
    if (opened) opened = begin_pass();
    if (!opened) reader_.reset();
    return opened;
  }

  Result<std::optional<Frame>> read(std::stop_token stop) override {
    interrupt_.arm(stop, std::nullopt);
    auto frame = next();
    if (frame && *frame && live() && !clock_.wait_until(timeline_.due, stop)) frame = cancelled();
    if (!frame) reader_.reset();
    return frame;
  }

  void limit(DecodePolicy most) override { state_.chooser.limit(most); }
  bool live() const override { return options_.pace == Pace::realtime; }
  std::string describe() const override { return fmt::format("file '{}'", options_.path); }
  SourceCounters counters() const override { return state_.counters; }

 private:
  /// How the video's own time becomes capture time. Reset by open().
  struct Timeline {
    bool started = false;
    double wall = 0;       ///< Capture time at `media`: Unix seconds.
    double media = 0;      ///< Seconds of video, over all passes.
    Clock::Steady steady;  ///< When the frame at `media` was due.
    double passed = 0;     ///< Length of the passes before this one, in seconds.
    Clock::Steady due;     ///< When the last frame is to be handed out.
    Monotonic captured;
  };

  std::string shown() const { return fmt::format("video file '{}'", options_.path); }
  std::unexpected<Error> cancelled() const { return fail(ErrorKind::cancelled, "{}: stopped", shown()); }

  Result<std::unique_ptr<Demuxer>> open_file() {
    if (auto good = check_file(options_.path); !good) return std::unexpected(good.error());
    Options options;
    options.set("protocol_whitelist", "file");  // A playlist posing as a video reaches no network.
    // "file:" so that a colon in the path is not taken for a protocol.
    auto demuxer = Demuxer::open("file:" + options_.path, shown(), options, interrupt_);
    if (!demuxer && demuxer.error().kind == ErrorKind::corrupt) {
      return fail(ErrorKind::corrupt,
                  "{}; is it a video, and complete? One that is still being written cannot be read",
                  demuxer.error().message);
    }
    return demuxer;
  }

  /// Lets `decode: auto` know the distances between keyframes before the first frame, on a demuxer of its
  /// own.
  Result<> survey_keyframes() {
    if (state_.chooser.settled()) return {};
    auto demuxer = open_file();
    if (!demuxer) return std::unexpected(demuxer.error());
    survey(**demuxer, state_.chooser);
    return {};
  }

  Result<> begin_pass() {
    reader_.reset();  // Before the next one takes as much memory.
    auto demuxer = open_file();
    if (!demuxer) return std::unexpected(demuxer.error());
    if (!live() && !timeline_.started) {
      timeline_.started = true;
      timeline_.wall = clock_.wall_seconds() - (*demuxer)->duration();
    }
    auto reader = Reader::start(std::move(*demuxer), state_, shown());
    if (!reader) return std::unexpected(reader.error());
    reader_ = std::move(*reader);
    return {};
  }

  Result<std::optional<Frame>> next() {
    if (reader_ == nullptr) return fail(ErrorKind::invalid, "{}: read before it was opened", shown());
    for (;;) {
      auto timed = reader_->read();
      if (!timed) return std::unexpected(timed.error());
      if (*timed) return dated(std::move(**timed));
      if (!options_.loop) return std::nullopt;
      timeline_.passed += reader_->length();
      if (auto again = begin_pass(); !again) return std::unexpected(again.error());
      ++state_.counters.loops;
    }
  }

  Frame dated(TimedFrame timed) {
    const double media = timeline_.passed + timed.media_seconds;
    if (!timeline_.started) {
      timeline_.started = true;
      timeline_.wall = clock_.wall_seconds();
      timeline_.steady = clock_.steady();
      timeline_.media = media;
    }
    const double since = media - timeline_.media;
    timeline_.due = timeline_.steady + seconds_duration(since);
    timed.frame.capture_time = timed.frame.due_time = timeline_.captured.next(timeline_.wall + since);
    return std::move(timed.frame);
  }

  const FileOptions options_;
  Clock& clock_;
  Interrupt interrupt_;
  ReaderState state_;
  Timeline timeline_;
  std::unique_ptr<Reader> reader_;  // After what it refers to.
};

}  // namespace

SourceKind file_source_kind() {
  return {FileOptions::table(),
          [](const config::Parsed& options, const SourceContext& context) -> std::unique_ptr<FrameSource> {
            return std::make_unique<FileSource>(options.as<FileOptions>(), context);
          }};
}

}  // namespace kinesight::video
