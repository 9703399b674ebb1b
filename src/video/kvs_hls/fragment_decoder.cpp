#include "video/kvs_hls/fragment_decoder.h"

#include <cmath>
#include <limits>
#include <utility>

#include "video/libav/reader.h"
#include "video/monotonic.h"

namespace kinesight::video::kvs_hls {
namespace {

using namespace libav;

/// A fragment that begins within this of the end of the one before goes on from it (seconds): durations are
/// rounded, and cameras leave out a frame now and then.
constexpr double kSeamSeconds = 0.5;
/// Times of two fragments overlap by less than this (seconds), or a clock was set back.
constexpr double kOverlapSeconds = 1;

/// Times that grow, until a clock is set back.
class Timeline {
 public:
  /// What comes now begins at `begin`, and everything before began no later than `reached`.
  void go_on_from(double begin, double reached) {
    if (begin < reached - kOverlapSeconds) growing_ = Monotonic();
  }
  double next(double time) { return growing_.next(time); }

 private:
  Monotonic growing_;
};

}  // namespace

struct FragmentDecoder::Impl {
  Impl(DecodePolicy policy, double fps_target, std::string name, std::string stream, std::string timestamps,
       std::int64_t pixels, const BitstreamGateOptions& gate)
      : shown(std::move(name)),
        stream_name(std::move(stream)),
        timestamp_type(std::move(timestamps)),
        max_pixels(pixels),
        state(policy, fps_target, gate) {}

  Result<> start();
  void place_in_time();
  Frame dated(TimedFrame timed);

  const std::string shown;
  const std::string stream_name;
  const std::string timestamp_type;
  const std::int64_t max_pixels;
  Interrupt never{Clock::system()};  // Nothing here waits.
  ReaderState state;

  Fragment fragment;
  std::shared_ptr<const Footage> footage;
  std::unique_ptr<Reader> reader;  // After what it refers to. Null: the fragment is over.

  Part part;  ///< The fragment's place in the stream.
  std::optional<double> end_before;
  double last_captured = -std::numeric_limits<double>::infinity();
  double last_fetched_at = -std::numeric_limits<double>::infinity();
  Timeline captured;
  Timeline due;
};

Result<> FragmentDecoder::Impl::start() {
  const std::string name = fragment.number.empty()
                               ? fmt::format("{}, fragment of {:.3f}", shown, fragment.begin)
                               : fmt::format("{}, fragment {}", shown, fragment.number);
  std::vector<std::string_view> pieces{fragment.media};
  if (fragment.init != nullptr) pieces.insert(pieces.begin(), *fragment.init);
  auto demuxer =
      Demuxer::open_memory(std::move(pieces), fragment.init != nullptr ? "mov" : "mpegts", name, never);
  if (!demuxer) return std::unexpected(demuxer.error());
  auto started =
      Reader::start(std::move(*demuxer), state, name, {}, {.part = part, .max_pixels = max_pixels});
  if (!started) return std::unexpected(started.error());
  reader = std::move(*started);
  return {};
}

/// Where the fragment lies, seen from the one before. What the service says of their times decides: the
/// media's own may begin anew with each.
void FragmentDecoder::Impl::place_in_time() {
  const bool adjacent = end_before && std::abs(fragment.begin - *end_before) <= kSeamSeconds;
  part = {.begin = fragment.begin, .goes_on = adjacent && !fragment.discontinuity};
  end_before = fragment.end();
  captured.go_on_from(fragment.begin, last_captured);
  due.go_on_from(fragment.fetched_at, std::exchange(last_fetched_at, fragment.fetched_at));
}

Frame FragmentDecoder::Impl::dated(TimedFrame timed) {
  Frame frame = std::move(timed.frame);
  frame.capture_time = last_captured = captured.next(fragment.begin + timed.media_seconds);
  frame.due_time = due.next(fragment.fetched_at + timed.media_seconds);
  frame.footage = footage;
  return frame;
}

FragmentDecoder::FragmentDecoder(DecodePolicy policy, double fps_target, std::string shown,
                                 std::string stream, std::string timestamp_type, std::int64_t max_pixels,
                                 const BitstreamGateOptions& gate)
    : impl_(std::make_unique<Impl>(policy, fps_target, std::move(shown), std::move(stream),
                                   std::move(timestamp_type), max_pixels, gate)) {}

FragmentDecoder::~FragmentDecoder() = default;
FragmentDecoder::FragmentDecoder(FragmentDecoder&&) noexcept = default;

Result<> FragmentDecoder::begin(Fragment fragment) {
  Impl& decoder = *impl_;
  decoder.reader.reset();  // Before the bytes that it reads.
  decoder.fragment = std::move(fragment);
  decoder.footage = std::make_shared<const Footage>(Footage{.stream = decoder.stream_name,
                                                            .fragment_number = decoder.fragment.number,
                                                            .timestamp_type = decoder.timestamp_type,
                                                            .fragment_time = decoder.fragment.begin,
                                                            .fragment_seconds = decoder.fragment.duration});
  decoder.place_in_time();
  return decoder.start();
}

Result<std::optional<Frame>> FragmentDecoder::next() {
  Impl& decoder = *impl_;
  if (decoder.reader == nullptr) return std::nullopt;
  auto timed = decoder.reader->read();
  if (timed && *timed) return decoder.dated(std::move(**timed));
  decoder.reader.reset();
  if (!timed) return std::unexpected(timed.error());
  return std::nullopt;
}

void FragmentDecoder::limit(DecodePolicy most) { impl_->state.chooser.limit(most); }

SourceCounters FragmentDecoder::counters() const { return impl_->state.counters; }

}  // namespace kinesight::video::kvs_hls
