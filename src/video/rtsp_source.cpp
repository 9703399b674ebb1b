// source: {type: rtsp}
#include <memory>
#include <optional>
#include <string>

#include "video/arrival_clock.h"
#include "video/decode_option.h"
#include "video/libav/reader.h"
#include "video/monotonic.h"
#include "video/redact.h"
#include "video/source_kind.h"

namespace kinesight::video {
namespace {

using namespace libav;

enum class Transport { tcp, udp };

struct RtspOptions {
  std::string url;
  Transport transport = Transport::tcp;
  double timeout_seconds = 10;
  DecodePolicy decode = DecodePolicy::automatic;
  static const config::Table& table();
};

/// Arrivals that differ by more than this are no jitter: the machine's clock was set back.
constexpr double kLeapSeconds = 30;

bool is_rtsp(const std::string& url) { return url.starts_with("rtsp://") || url.starts_with("rtsps://"); }

const config::Table& RtspOptions::table() {
  static const config::Table table =
      config::describe<RtspOptions>("rtsp", "Receives a camera's video over RTSP.")
          .option("url", &RtspOptions::url,
                  "rtsp://user:password@host:port/path, or rtsps:// (the certificate is not checked).")
          .required()
          .not_empty()
          .secret()
          .rule([](const RtspOptions& options) -> std::optional<std::string> {
            if (is_rtsp(options.url)) return std::nullopt;
            return "a URL that begins with rtsp:// or rtsps://";
          })
          .choice("transport", &RtspOptions::transport, {{"tcp", Transport::tcp}, {"udp", Transport::udp}},
                  "How packets travel. tcp loses none and passes firewalls; udp is for networks where tcp "
                  "stalls.")
          .option("timeout_seconds", &RtspOptions::timeout_seconds,
                  "Longest wait for the connection, and then for each frame; more than the camera's distance "
                  "between "
                  "keyframes.")
          .range(1, 300)
          .choice("decode", &RtspOptions::decode, kDecodeWords, kDecodeHelp);
  return table;
}

/// What a person can do about an error of this kind.
std::string_view advice(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::denied:
      return "; check the user and the password in the URL";
    case ErrorKind::not_found:
      return "; check the path in the URL";
    case ErrorKind::unavailable:
      return "; check that the camera is on, its address and port, and the transport";
    case ErrorKind::corrupt:
      return "; check that the URL is that of a camera's RTSP stream";
    default:
      return "";
  }
}

class RtspSource final : public FrameSource {
 public:
  RtspSource(RtspOptions options, const SourceContext& context)
      : options_(std::move(options)),
        shown_(fmt::format("camera stream '{}'", redacted_url(options_.url))),
        clock_(*context.clock),
        interrupt_(clock_),
        state_(options_.decode, context.fps_target, context.bitstream_gate) {}

  Result<> open(std::stop_token stop) override {
    reader_.reset();
    arm(std::move(stop));
    arrivals_.reset();
    auto opened = connect();
    if (!opened) return explained(opened.error());
    return {};
  }

  Result<std::optional<Frame>> read(std::stop_token stop) override {
    if (reader_ == nullptr) return fail(ErrorKind::invalid, "{}: read before it was opened", shown_);
    arm(std::move(stop));
    const std::uint64_t packets = state_.counters.packets;
    auto timed = reader_->read();
    if (timed && *timed) return dated(std::move(**timed));
    reader_.reset();
    if (timed) return fail(ErrorKind::unavailable, "{}: the server ended the stream", shown_);
    if (interrupt_.expired() && state_.counters.packets > packets) return no_keyframe();
    return explained(timed.error());
  }

  void limit(DecodePolicy most) override { state_.chooser.limit(most); }
  bool live() const override { return true; }
  std::string describe() const override { return fmt::format("rtsp '{}'", redacted_url(options_.url)); }
  SourceCounters counters() const override { return state_.counters; }

 private:
  void arm(std::stop_token stop) {
    stop_ = stop;
    interrupt_.arm(std::move(stop), seconds_duration(options_.timeout_seconds));
  }

  Result<> connect() {
    if (!is_rtsp(options_.url)) {
      return fail(ErrorKind::invalid, "{}: expected a URL that begins with rtsp:// or rtsps://", shown_);
    }
    Options options;
    options.set("rtsp_transport", options_.transport == Transport::tcp ? "tcp" : "udp");
    options.set("allowed_media_types", "video");  // Sound is not even asked for.
    options.set_number("timeout", static_cast<std::int64_t>(options_.timeout_seconds * 1e6));
    options.set_number("fpsprobesize",
                       0);  // Not two seconds of frames to measure the rate, which nobody asks for.
    options.set_number("buffer_size", 1 << 20);  // A keyframe comes as one burst of UDP packets.
    auto demuxer = Demuxer::open(options_.url, shown_, options, interrupt_);
    if (!demuxer) return std::unexpected(demuxer.error());
    auto reader =
        Reader::start(std::move(*demuxer), state_, shown_, [this](double seconds, bool cut, double waited) {
          if (cut) arrivals_.reset();
          arrivals_.observe(seconds, clock_.wall_seconds(), waited);
          // While nothing moves, or under a limit, keyframes may be further apart than the time-out: packets
          // are what is waited for.
          if (state_.gate.closed() || state_.chooser.waits_for_keyframe(seconds)) {
            interrupt_.arm(stop_, seconds_duration(options_.timeout_seconds));
          }
        });
    if (!reader) return std::unexpected(reader.error());
    reader_ = std::move(*reader);
    return {};
  }

  Frame dated(TimedFrame timed) {
    timed.frame.capture_time = captured_.next(arrivals_.wall_of(timed.media_seconds));
    // No reader could have had it before its packet came and was released.
    timed.frame.due_time = arrivals_.had_at(timed.frame.capture_time + timed.held_seconds);
    return std::move(timed.frame);
  }

  /// Packets came all the while.
  std::unexpected<Error> no_keyframe() const {
    return fail(ErrorKind::unavailable,
                "{}: packets come, but no frame could be decoded within {} s; if the camera sends keyframes "
                "less often, "
                "set it to more, or raise timeout_seconds",
                shown_, options_.timeout_seconds);
  }

  /// libav's messages may quote the URL.
  std::unexpected<Error> explained(const Error& error) const {
    return fail(error.kind, "{}{}", redacted_text(error.message, options_.url), advice(error.kind));
  }

  const RtspOptions options_;
  const std::string shown_;
  Clock& clock_;
  Interrupt interrupt_;
  std::stop_token stop_;  ///< Of the call that is under way.
  ReaderState state_;
  ArrivalClock arrivals_;
  Monotonic captured_{kLeapSeconds};
  std::unique_ptr<Reader> reader_;  // After what it refers to.
};

}  // namespace

SourceKind rtsp_source_kind() {
  return {RtspOptions::table(),
          [](const config::Parsed& options, const SourceContext& context) -> std::unique_ptr<FrameSource> {
            return std::make_unique<RtspSource>(options.as<RtspOptions>(), context);
          }};
}

}  // namespace kinesight::video
