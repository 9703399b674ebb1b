#include "video/kvs_hls/fragment_feed.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace kinesight::video::kvs_hls {
namespace {

constexpr int kLiveFragments = 5;
/// Listed and not fetched, whatever a playlist claims.
constexpr std::size_t kMostPending = kMaxPlaylistFragments;
constexpr int kReplayFragments = 5000;
/// An ON_DEMAND session lists no more than kReplayFragments: long recordings are read in parts.
constexpr double kReplaySeconds = 3600;
/// Recordings begin with the first fragment that starts in the range; the one that reaches into it began
/// before.
constexpr double kLongestFragment = 20;
/// A recording that ends later than this before now may not be there whole.
constexpr double kSettledSeconds = 30;
constexpr double kReplaySlack = 0.5;
constexpr int kTriesOfAFragment = 5;
constexpr double kFirstPause = 0.25;
/// Beyond this the camera's clock is wrong, or its footage old.
constexpr double kLateSeconds = 60;
constexpr double kEarlySeconds = 2;

Failure cancelled() {
  return {.error = {ErrorKind::cancelled, "Kinesis video: stopped"}, .fault = "cancelled"};
}

}  // namespace

FragmentFeed::FragmentFeed(const KvsOptions& options, Clock& clock, StreamApi& api, Report& report,
                           std::optional<ReplayRange> range)
    : options_(options), clock_(clock), api_(api), report_(report), range_(range) {
  if (!range_) return;
  expected_ = range_->begin;
  replay_from_ = range_->begin - kLongestFragment;
}

Step<> FragmentFeed::connect(std::stop_token stop) {
  auto session = open_session(stop);
  last_new_ = clock_.steady();
  if (session) {
    session_ = std::move(*session);
  } else if (range_ && session.error().fault == "no_fragments") {
    ended_ = true;  // A recording with nothing in it is a short one.
    next_renewal_ = Clock::Steady::max();
    asked_to_ = end_of(request());
  } else {
    return std::unexpected(session.error());
  }
  return {};
}

void FragmentFeed::disconnect(bool offline) {
  session_.reset();
  pending_.clear();
  blame(offline ? Trouble::offline : Trouble::lost);
}

/// How many fragments a live session is asked to list: where something was read before, as far back as the
/// reader may be behind, because what it has yet to fetch, or missed in an outage, must be among them.
int FragmentFeed::live_fragments() const {
  if (!last_ || last_->fragment.duration <= 0) return kLiveFragments;
  return static_cast<int>(std::clamp<double>(options_.max_behind_seconds / last_->fragment.duration,
                                             kLiveFragments, kReplayFragments));
}

aws::HlsSessionRequest FragmentFeed::request() const {
  using Mode = aws::HlsSessionRequest::Mode;
  aws::HlsSessionRequest request{.time = options_.timestamps == TimestampType::server
                                             ? aws::FragmentTime::server
                                             : aws::FragmentTime::producer,
                                 .expires_seconds = options_.hls_session_seconds,
                                 .max_fragments = live() ? live_fragments() : kReplayFragments};
  if (live()) return request;
  const double begin = last_ ? std::max(last_->begin, replay_from_) : replay_from_;
  const double end = std::min(range_->end, begin + kReplaySeconds);
  const bool settled = range_->end < clock_.wall_seconds() - kSettledSeconds;
  request.mode = settled ? Mode::on_demand : Mode::live_replay;
  request.range = {.begin = begin, .end = settled ? std::optional(end) : std::nullopt};
  return request;
}

/// Where the part of the recording ends that `request` is for.
double FragmentFeed::end_of(const aws::HlsSessionRequest& request) const {
  return request.range ? request.range->end.value_or(range_->end) : 0;
}

Step<std::unique_ptr<HlsSession>> FragmentFeed::open_session(std::stop_token stop) {
  const auto transport = api_.transport();
  if (!transport) return std::unexpected(transport.error());
  const auto asked_at = clock_.steady();
  const auto wanted = request();
  const auto url = api_.open_session(wanted, stop);
  if (!url) return std::unexpected(url.error());
  auto session = HlsSession::open(*url, asked_at + std::chrono::seconds(options_.hls_session_seconds),
                                  **transport, clock_, stop);
  if (!session) return std::unexpected(session.error());
  ++session_number_;
  pending_.clear();  // The new session lists them as well, with URLs that are good.
  ended_ = false;
  asked_to_ = end_of(wanted);
  next_renewal_ = (*session)->expires() - std::chrono::seconds(options_.refresh_margin_seconds);
  pace_.restart(clock_.steady());
  skew_told_ = transport_stream_told_ = false;
  return session;
}

/// Opens the next session ahead of the end of this one. While that fails this one is used to its end.
Step<> FragmentFeed::renew_if_due(std::stop_token stop) {
  if (clock_.steady() < next_renewal_) return {};
  auto session = open_session(stop);
  if (session) {
    session_ = std::move(*session);
    report_.refreshed("expiry");
    return {};
  }
  if (stop.stop_requested()) return std::unexpected(cancelled());
  report_.fault(session.error());
  next_renewal_ = clock_.steady() + seconds_duration(std::max(1.0, options_.refresh_margin_seconds / 4.0));
  return {};
}

Step<> FragmentFeed::renew(const std::string& reason, std::stop_token stop) {
  auto session = open_session(stop);
  if (stop.stop_requested()) return std::unexpected(cancelled());
  if (!session) {
    report_.fault(session.error());
    return std::unexpected(session.error());
  }
  session_ = std::move(*session);
  report_.refreshed(reason);
  return {};
}

Step<std::optional<Fragment>> FragmentFeed::next(std::stop_token stop) {
  asked_at_ = last_new_ = clock_.steady();  // What the reader did meanwhile is no silence of the camera.
  for (;;) {
    if (stop.stop_requested()) return std::unexpected(cancelled());
    if (auto renewed = renew_if_due(stop); !renewed) return std::unexpected(renewed.error());
    if (pending_.empty() && ended_) return end_of_recording(stop);
    if (pending_.empty() || (live() && pace_.stale(clock_.steady()))) {
      if (auto filled = refill(stop); !filled) return std::unexpected(filled.error());
      continue;
    }
    auto fetched = fetch(stop);
    if (!fetched || *fetched) return fetched;
  }
}

/// One look at the playlist, when it is time for it.
Step<> FragmentFeed::refill(std::stop_token stop) {
  if (pending_.empty()) {
    const bool renewal_first = next_renewal_ < pace_.next();
    if (!clock_.wait_until(std::min(pace_.next(), next_renewal_), stop)) return std::unexpected(cancelled());
    if (renewal_first) return {};
  }
  auto playlist = session_->playlist(stop);
  if (!playlist) return overcome(std::move(playlist.error()), stop);
  ended_ = playlist->ended && !live();  // A camera has no end: one that stays silent is offline.
  auto listed = dated(std::move(*playlist), session_number_);
  if (!listed) {
    return overcome({.kind = FailureKind::hls_stream,
                     .remedy = Remedy::retry,
                     .error = {listed.error().kind, fmt::format("{}: {}", to_string(FailureKind::hls_stream),
                                                                listed.error().message)},
                     .fault = "bad_playlist"},
                    stop);
  }
  take_in(std::move(*listed));
  const double quiet = to_seconds(clock_.steady() - last_new_);
  if (!pending_.empty() || ended_ || quiet < options_.stall_seconds) return {};
  ended_ = !live();
  if (ended_) return {};
  const std::string message = fmt::format(
      "{}: the camera sends nothing: no new fragment for {:.0f} s; check the camera and its producer",
      to_string(FailureKind::hls_stream), quiet);
  report_.note("stalled", message);
  return std::unexpected(Failure{.kind = FailureKind::hls_stream,
                                 .remedy = Remedy::offline,
                                 .error = {ErrorKind::unavailable, message},
                                 .fault = "stalled"});
}

void FragmentFeed::take_in(std::vector<Listed> listed) {
  const auto now = clock_.steady();
  const bool first = !last_ && pending_.empty();
  const int count = static_cast<int>(listed.size());
  auto fresh = after(std::move(listed), pending_.empty() ? last_ : std::optional(pending_.back()));
  // A new session that begins beyond what was read: nobody looked for longer than it reaches back.
  const bool all_new = count >= kLiveFragments && std::ssize(fresh) == count;
  if (live() && all_new && last_ && last_->session != session_number_ && trouble_ == Trouble::none)
    blame(Trouble::skipped);
  if (live() && first && fresh.size() > 1) fresh.erase(fresh.begin(), fresh.end() - 1);  // NOW: the newest.
  if (range_) {
    std::erase_if(fresh, [&](const Listed& one) { return one.end() <= range_->begin; });
    const auto beyond =
        std::ranges::find_if(fresh, [&](const Listed& one) { return one.begin >= range_->end; });
    if (beyond != fresh.end()) ended_ = true;
    fresh.erase(beyond, fresh.end());
    if (ended_ && count >= kReplayFragments && !fresh.empty())
      asked_to_ = std::min(asked_to_, fresh.back().end());
  }
  if (fresh.empty()) return pace_.saw_nothing(now);
  if (!expected_) expected_ = fresh.front().begin;
  last_new_ = now;
  pace_.saw_new(now, clock_.wall_seconds(), fresh.back().end(), fresh.back().fragment.duration);
  std::ranges::move(fresh, std::back_inserter(pending_));
  if (live()) skip_to_live_edge();
}

void FragmentFeed::skip_to_live_edge() {
  const double seconds = seconds_of(pending_);
  const bool bearable = seconds <= options_.max_behind_seconds && pending_.size() <= kMostPending;
  if (pending_.size() < 2 || bearable) return;
  report_.fragments("skipped", static_cast<int>(pending_.size()) - 1);
  report_.note(
      "behind",
      fmt::format("{:.1f} s of footage waited to be read: {} fragments skipped to reach the live edge",
                  seconds, pending_.size() - 1));
  pending_.erase(pending_.begin(), pending_.end() - 2);
  last_ = std::move(pending_.front());  // Counted: it is not among what rolls off.
  pending_.pop_front();
  blame(Trouble::skipped);
}

/// The first of what is listed; nothing when it could not be had and there is reason to go on.
Step<std::optional<Fragment>> FragmentFeed::fetch(std::stop_token stop) {
  const Listed wanted = pending_.front();
  const auto go_on = [](Step<> done) -> Step<std::optional<Fragment>> {
    if (!done) return std::unexpected(std::move(done.error()));
    return std::nullopt;
  };
  if (wanted.fragment.gap) {
    return go_on(
        pass_over({.kind = FailureKind::hls_stream,
                   .error = {ErrorKind::not_found, fmt::format("{}: the service has no media for a fragment",
                                                               to_string(FailureKind::hls_stream))},
                   .fault = "gap"}));
  }
  auto fragment = session_->fetch(wanted.fragment, stop);
  if (fragment) {
    fragment->begin = wanted.begin;
    return hand_out(std::move(*fragment));
  }
  if (stop.stop_requested()) return std::unexpected(cancelled());
  const bool hopeless =
      fragment.error().fault == "fragment_404" || ++pending_.front().tries >= kTriesOfAFragment;
  if (hopeless && fragment.error().remedy != Remedy::renew)
    return go_on(pass_over(std::move(fragment.error())));
  return go_on(overcome(std::move(fragment.error()), stop));
}

/// Whether the caller has waited long enough for things to get better.
bool FragmentFeed::enough() const {
  return report_.errors_in_a_row() > options_.max_consecutive_errors ||
         to_seconds(clock_.steady() - asked_at_) >= options_.stall_seconds;
}

/// Counts a fault and does what it asks for; an error when that was one fault too many.
Step<> FragmentFeed::overcome(Failure failure, std::stop_token stop) {
  if (stop.stop_requested()) return std::unexpected(cancelled());
  report_.fault(failure);
  blame(Trouble::lost);
  if (enough()) return std::unexpected(std::move(failure));
  const int errors = report_.errors_in_a_row();
  const double pause = std::min(kFirstPause * std::pow(2, errors - 1), options_.retry_delay_sec);
  // A session that was refused is replaced at once; one that is refused again, after a while.
  const bool at_once = failure.remedy == Remedy::renew && errors == 1;
  if (!at_once && !clock_.wait_for(seconds_duration(pause), stop)) return std::unexpected(cancelled());
  if (failure.remedy != Remedy::renew) return {};
  return renew(failure.fault, stop);
}

/// Gives the first of what is listed up.
Step<> FragmentFeed::pass_over(Failure failure) {
  report_.fault(failure);
  report_.fragments("lost");
  blame(Trouble::lost);
  last_ = std::move(pending_.front());
  pending_.pop_front();
  if (enough()) return std::unexpected(std::move(failure));
  return {};
}

Fragment FragmentFeed::hand_out(Fragment fragment) {
  Listed listed = std::move(pending_.front());
  pending_.pop_front();
  if (last_ && !listed.fetched_again) {
    if (const int missing = rolled_off(*last_, listed); missing > 0) {
      const bool ours = trouble_ == Trouble::lost;
      report_.fragments(ours ? "lost" : "skipped", missing);
      blame(ours ? Trouble::lost : Trouble::skipped);
    }
  }
  declare_gap(listed);
  examine(fragment);
  if (!listed.fetched_again) report_.fragments("read");
  before_ = std::exchange(last_, listed);
  trouble_ = Trouble::none;
  return fragment;
}

void FragmentFeed::declare_gap(const Listed& next) {
  const double slack = tolerance(next);
  const double since = expected_.value_or(next.begin);
  if (next.begin > since + slack) {
    const char* reason = trouble_ == Trouble::lost      ? "lost"
                         : trouble_ == Trouble::skipped ? "skipped"
                                                        : "offline";
    report_.gap({since, next.begin, reason});
  } else if (last_ && next.begin < since - slack) {
    report_.note("time_back", fmt::format("the stream's time went back by {:.1f} s", since - next.begin));
  }
  expected_ = next.end();
}

/// Takes note of what is unusual about a fragment and costs nothing.
void FragmentFeed::examine(const Fragment& fragment) {
  if (fragment.discontinuity && last_) report_.note("discontinuity", "the stream has a discontinuity");
  if (last_init_ && fragment.init && *last_init_ != *fragment.init)
    report_.note("init_changed", "the stream's initialization segment changed: another resolution or codec");
  last_init_ = fragment.init;
  if (!fragment.init && !std::exchange(transport_stream_told_, true))
    report_.note("mpeg_ts",
                 "the session gives MPEG-TS although fragmented MP4 was asked for: it is read as it is");
  const double age = fragment.fetched_at - fragment.end();
  if (live() && (age > kLateSeconds || age < -kEarlySeconds) && !std::exchange(skew_told_, true))
    report_.note(
        "clock_skew",
        fmt::format("footage is dated {:.0f} s {} now: is the camera's clock right, and this machine's?",
                    std::abs(age), age > 0 ? "before" : "after"));
}

bool FragmentFeed::again() {
  if (!last_ || last_->session != session_number_ || std::exchange(last_->fetched_again, true)) return false;
  expected_ = last_->begin;  // The gap before it is told already.
  pending_.push_front(*last_);
  last_ = before_;
  return true;
}

/// The session has no more. There is more of the range when it was too long for one session.
Step<std::optional<Fragment>> FragmentFeed::end_of_recording(std::stop_token stop) {
  while (range_ && asked_to_ < range_->end) {
    replay_from_ = asked_to_ - kLongestFragment;
    if (auto connected = connect(stop); !connected) return std::unexpected(connected.error());
    if (!ended_) return next(stop);
  }
  if (range_ && range_->end > *expected_ + kReplaySlack) report_.gap({*expected_, range_->end, "lost"});
  if (range_) expected_ = range_->end;
  return std::nullopt;
}

}  // namespace kinesight::video::kvs_hls
