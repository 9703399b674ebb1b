#include "video/kvs_hls/source.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/backoff.h"
#include "video/kvs_hls/fragment_decoder.h"
#include "video/kvs_hls/fragment_feed.h"
#include "video/kvs_hls/provenance.h"
#include "video/kvs_hls/report.h"
#include "video/kvs_hls/stream_api.h"
#include "video/source_kind.h"

namespace kinesight::video::kvs_hls {
namespace {

/// Between tries where only a person can mend what is wrong.
constexpr double kSetUpSeconds = 180;
/// With so many errors since the last frame a source is not healthy.
constexpr int kUnhealthyErrors = 3;

Failure stopped(std::string_view what) {
  return {.error = {ErrorKind::cancelled, fmt::format("{}: stopped", what)}, .fault = "cancelled"};
}

std::string timestamp_type(const KvsOptions& options) {
  return options.timestamps == TimestampType::server ? "SERVER_TIMESTAMP" : "PRODUCER_TIMESTAMP";
}

}  // namespace

struct KvsHlsSource::Impl {
  Impl(KvsOptions kvs, SourceContext source_context, Rng random, std::optional<ReplayRange> replay)
      : options(std::move(kvs)),
        context(std::move(source_context)),
        range(replay),
        rng(random),
        backoff(
            {.initial_seconds = options.backoff_initial_seconds, .max_seconds = options.backoff_max_seconds},
            rng),
        report(context),
        api(options, context.aws_session),
        feed(options, *context.clock, api, report, range),
        decoder(options.decode, context.fps_target, describe(), options.stream_name, timestamp_type(options),
                FragmentDecoder::kMostPixels, context.bitstream_gate),
        provenance(options, *context.clock, api) {}

  std::string describe() const { return fmt::format("kvs '{}'", options.stream_name); }

  /// A round of quick tries.
  Step<> connect(std::stop_token stop);
  /// The next fragment is in the decoder; false at the end of a recording.
  Step<bool> next_fragment(std::stop_token stop);
  /// The next frame of the fragment in the decoder; nothing when it has no more.
  Step<std::optional<Frame>> next_frame();
  Step<> damaged(const Error& error);
  Step<std::optional<Frame>> read(std::stop_token stop);
  /// A connection that gave frames is made anew at once; one that gave none has failed.
  Step<> reconnect(Failure failure, std::stop_token stop);
  Error give_up(const Failure& failure);
  /// In whole milliseconds: a range that begins with a frame, as events and the coverage record have its
  /// time, has that frame in it.
  bool in_range(double time) const {
    const auto ms = [](double seconds) { return std::llround(seconds * 1000); };
    return !range || (ms(time) >= ms(range->begin) && ms(time) < ms(range->end));
  }
  bool lasts_too_long(Clock::Steady begin) const {
    return to_seconds(context.clock->steady() - begin) >= options.stall_seconds;
  }

  const KvsOptions options;
  const SourceContext context;
  const std::optional<ReplayRange> range;
  Rng rng;
  Backoff backoff;
  Report report;
  StreamApi api;
  FragmentFeed feed;
  FragmentDecoder decoder;
  Provenance provenance;

  bool opened_before = false;
  bool connected = false;
  bool decoding = false;
  double fragment_begin = 0;  ///< Of the fragment in the decoder, Unix seconds.
  double fragment_end = 0;
  std::optional<double> last_in_fragment;  ///< Capture time of the last frame of it.
  double frame_seconds = 0;                ///< Between its last two.
  bool frames_since_connect = false;
  Clock::Steady read_begin{};
  bool worked = false;  ///< There were frames since set_up was last blamed.
  std::optional<Clock::Duration> wait;
};

Step<> KvsHlsSource::Impl::connect(std::stop_token stop) {
  // A slow try changes nothing about where it stands: only frames do.
  if (!std::exchange(opened_before, true)) report.state(ConnectionState::connecting);
  if (report.state() == ConnectionState::connected) report.state(ConnectionState::reconnecting);
  frames_since_connect = false;
  const auto begin = context.clock->steady();
  for (int tries = 0;; ++tries) {
    auto connection = feed.connect(stop);
    if (connection) {
      connected = true;
      return {};
    }
    if (stop.stop_requested()) break;
    report.fault(connection.error());
    const bool worth_it =
        connection.error().remedy == Remedy::retry || connection.error().remedy == Remedy::renew;
    if (!worth_it || tries >= options.max_retries || lasts_too_long(begin)) return connection;
    const double pause = options.retry_delay_sec * rng.uniform(0.8, 1.2);
    if (!context.clock->wait_for(seconds_duration(pause), stop)) break;
  }
  return std::unexpected(stopped(describe()));
}

Step<bool> KvsHlsSource::Impl::next_fragment(std::stop_token stop) {
  for (;;) {
    auto fragment = feed.next(stop);
    if (!fragment) return std::unexpected(std::move(fragment.error()));
    if (!*fragment) return false;
    fragment_begin = (*fragment)->begin;
    fragment_end = (*fragment)->end();
    last_in_fragment.reset();
    const auto begun = decoder.begin(std::move(**fragment));
    decoding = begun.has_value();
    if (begun) return true;
    if (auto got_over = damaged(begun.error()); !got_over) return std::unexpected(got_over.error());
  }
}

Step<std::optional<Frame>> KvsHlsSource::Impl::next_frame() {
  while (decoding) {
    auto frame = decoder.next();
    if (!frame) {
      if (auto got_over = damaged(frame.error()); !got_over) return std::unexpected(got_over.error());
      break;
    }
    decoding = frame->has_value();
    if (!decoding) break;
    const double time = (*frame)->capture_time;
    if (last_in_fragment) frame_seconds = time - *last_in_fragment;
    last_in_fragment = time;
    if (in_range(time)) return std::move(*frame);
  }
  return std::nullopt;
}

/// The fragment in the decoder is no good, or no more of it is. It may have been damaged on its way: it is
/// fetched once more as long as nothing of it was handed out.
Step<> KvsHlsSource::Impl::damaged(const Error& error) {
  decoding = false;
  Failure failure{
      .kind = FailureKind::hls_stream,
      .error = {error.kind, fmt::format("{}: {}", to_string(FailureKind::hls_stream), error.message)},
      .fault = "bad_fragment"};
  report.fault(failure);
  if (!last_in_fragment && feed.again()) return {};
  report.fragments("damaged");
  const double begin = last_in_fragment ? *last_in_fragment + frame_seconds : fragment_begin;
  if (begin < fragment_end) report.gap({begin, fragment_end, "lost"});
  if (report.errors_in_a_row() > options.max_consecutive_errors || lasts_too_long(read_begin))
    return std::unexpected(std::move(failure));
  return {};
}

Step<std::optional<Frame>> KvsHlsSource::Impl::read(std::stop_token stop) {
  for (;;) {
    auto frame = next_frame();
    if (frame && *frame) return frame;
    auto more = frame ? next_fragment(stop) : std::unexpected(std::move(frame.error()));
    if (stop.stop_requested()) return std::unexpected(stopped(describe()));
    if (!more) {
      if (auto again = reconnect(std::move(more.error()), stop); !again)
        return std::unexpected(again.error());
    } else if (!*more) {
      return std::nullopt;
    }
  }
}

Step<> KvsHlsSource::Impl::reconnect(Failure failure, std::stop_token stop) {
  feed.disconnect(failure.remedy == Remedy::offline);
  connected = false;
  const bool worth_it = frames_since_connect && !lasts_too_long(read_begin) &&
                        (failure.remedy == Remedy::retry || failure.remedy == Remedy::renew);
  if (!worth_it) return std::unexpected(std::move(failure));
  report.reconnecting();
  report.forgive();
  return connect(std::move(stop));
}

/// After a round that failed: where it stands, and when the next one is due.
Error KvsHlsSource::Impl::give_up(const Failure& failure) {
  feed.disconnect(failure.remedy == Remedy::offline);
  connected = decoding = false;
  report.forgive();
  if (failure.error.kind == ErrorKind::cancelled) {
    report.state(ConnectionState::disconnected);
    return failure.error;
  }
  report.state(failure.remedy == Remedy::offline ? ConnectionState::disconnected : ConnectionState::error);
  // What worked a moment ago is not wrongly set up, whatever the service says: not before it says it twice.
  const bool for_a_person = failure.remedy == Remedy::set_up && !std::exchange(worked, false);
  wait = for_a_person ? seconds_duration(kSetUpSeconds * rng.uniform(0.8, 1.2)) : backoff.next();
  return failure.error;
}

KvsHlsSource::KvsHlsSource(KvsOptions options, SourceContext context, Rng rng,
                           std::optional<ReplayRange> range)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(context), rng, range)) {}

KvsHlsSource::~KvsHlsSource() { impl_->report.state(ConnectionState::disconnected); }

Result<> KvsHlsSource::open(std::stop_token stop) {
  auto& source = *impl_;
  source.wait.reset();
  source.decoding = false;
  if (source.opened_before) source.report.reconnecting();
  if (auto connected = source.connect(std::move(stop)); !connected)
    return std::unexpected(source.give_up(connected.error()));
  return {};
}

Result<std::optional<Frame>> KvsHlsSource::read(std::stop_token stop) {
  auto& source = *impl_;
  if (!source.connected && !source.decoding)
    return fail(ErrorKind::invalid, "{}: read before it was opened", source.describe());
  source.read_begin = source.context.clock->steady();
  auto frame = source.read(std::move(stop));
  if (!frame) return std::unexpected(source.give_up(frame.error()));
  if (*frame) {
    source.frames_since_connect = source.worked = true;
    source.backoff.reset();
    source.report.frame((*frame)->capture_time);
  }
  return std::move(*frame);
}

std::optional<Clock::Duration> KvsHlsSource::retry_after() { return impl_->wait; }

bool KvsHlsSource::is_healthy() const {
  return state() == ConnectionState::connected && impl_->report.errors_in_a_row() < kUnhealthyErrors;
}

nlohmann::json KvsHlsSource::provenance(const Frame& frame, std::stop_token stop) {
  return impl_->provenance.of(frame, std::move(stop));
}

void KvsHlsSource::limit(DecodePolicy most) { impl_->decoder.limit(most); }
bool KvsHlsSource::live() const { return !impl_->range; }
std::string KvsHlsSource::describe() const { return impl_->describe(); }
SourceCounters KvsHlsSource::counters() const { return impl_->decoder.counters(); }
ConnectionState KvsHlsSource::state() const { return impl_->report.state(); }
KvsHlsMetrics KvsHlsSource::metrics() const { return impl_->report.metrics(); }

}  // namespace kinesight::video::kvs_hls

namespace kinesight::video {

SourceKind kvs_source_kind() {
  return {.options = KvsOptions::table(),
          .make = [](const config::Parsed& options,
                     const SourceContext& context) -> std::unique_ptr<FrameSource> {
            return std::make_unique<kvs_hls::KvsHlsSource>(options.as<KvsOptions>(), context,
                                                           Rng::from_entropy());
          },
          .make_replay = [](const config::Parsed& options, const SourceContext& context, double begin,
                            double end) -> std::unique_ptr<FrameSource> {
            return std::make_unique<kvs_hls::KvsHlsSource>(
                options.as<KvsOptions>(), context, Rng::from_entropy(), kvs_hls::ReplayRange{begin, end});
          },
          .permissions = kvs_permissions};
}

}  // namespace kinesight::video
