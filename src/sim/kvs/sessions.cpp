#include "sim/kvs/sessions.h"

#include <algorithm>

namespace kinesight::sim::kvs {
namespace {

// For how long an expired session is known, so that its token is told from one that never was.
constexpr double kRemembered = 600;
constexpr std::size_t kTokenLetters = 200;

Read<TimeSelector> read_times(const nlohmann::json& request, PlaybackMode mode, double now) {
  const auto given = read_given_selector(request, "HLSFragmentSelector", "SERVER_TIMESTAMP");
  if (!given) return std::unexpected(given.error());
  TimeSelector selector = SessionRequest{}.selector;
  selector.by_server_time = given->type == "SERVER_TIMESTAMP";
  if (mode == PlaybackMode::live) {
    if (given->from || given->to)
      return invalid_argument("TimestampRange must not be set when PlaybackMode is LIVE.");
    return selector;
  }
  if (!given->from) return invalid_argument("PlaybackMode ON_DEMAND and LIVE_REPLAY need a StartTimestamp.");
  selector.from = *given->from;
  if (!given->to) {
    if (mode == PlaybackMode::on_demand)
      return invalid_argument("PlaybackMode ON_DEMAND needs an EndTimestamp.");
    return selector;
  }
  selector.to = *given->to;
  return check_playable_range(selector, now);
}

PlaybackMode mode_of(const std::string& text) {
  if (text == "LIVE") return PlaybackMode::live;
  return text == "ON_DEMAND" ? PlaybackMode::on_demand : PlaybackMode::live_replay;
}

Discontinuities discontinuities_of(const std::string& text) {
  if (text == "ALWAYS") return Discontinuities::always;
  return text == "NEVER" ? Discontinuities::never : Discontinuities::where_there_are;
}

}  // namespace

Read<SessionRequest> read_session_request(const nlohmann::json& request, double now) {
  SessionRequest session;
  const auto mode = read_choice(request, "PlaybackMode", {"LIVE", "LIVE_REPLAY", "ON_DEMAND"}, "LIVE");
  if (!mode) return std::unexpected(mode.error());
  session.mode = mode_of(*mode);
  const auto selector = read_times(request, session.mode, now);
  if (!selector) return std::unexpected(selector.error());
  session.selector = *selector;
  const auto container =
      read_choice(request, "ContainerFormat", {"FRAGMENTED_MP4", "MPEG_TS"}, "FRAGMENTED_MP4");
  if (!container) return std::unexpected(container.error());
  if (*container == "MPEG_TS") session.container = Container::mpeg_ts;
  const auto discontinuities =
      read_choice(request, "DiscontinuityMode", {"ALWAYS", "NEVER", "ON_DISCONTINUITY"},
                  selector->by_server_time ? "ALWAYS" : "NEVER");
  if (!discontinuities) return std::unexpected(discontinuities.error());
  session.discontinuities = discontinuities_of(*discontinuities);
  const auto times = read_choice(request, "DisplayFragmentTimestamp", {"ALWAYS", "NEVER"}, "NEVER");
  if (!times) return std::unexpected(times.error());
  session.show_times = *times == "ALWAYS";
  // AWS takes 300 and up. Here shorter ones are good too: a test need not wait five minutes for an expiry.
  const auto seconds = read_integer(request, "Expires", 1, 43'200, 300);
  if (!seconds) return std::unexpected(seconds.error());
  session.seconds = static_cast<double>(*seconds);
  const auto fragments = read_integer(request, "MaxMediaPlaylistFragmentResults", 1, 5000,
                                      session.mode == PlaybackMode::on_demand ? 1000 : 5);
  if (!fragments) return std::unexpected(fragments.error());
  session.max_fragments = static_cast<std::size_t>(*fragments);
  return session;
}

std::string Sessions::open(std::shared_ptr<Session> session, double now) {
  std::lock_guard lock(mutex_);
  forget(session->stream, now);
  session->token = make_token();
  by_token_[session->token] = session;
  by_stream_[session->stream].push_back(session->token);
  return session->token;
}

std::string Sessions::make_token() {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string token = "Ci";
  while (token.size() < kTokenLetters)
    token += kLetters[static_cast<std::size_t>(rng_.integer(0, static_cast<int>(kLetters.size()) - 1))];
  return token + "~";
}

/// Of one stream: those that expired a while ago, and the oldest where there are too many.
void Sessions::forget(const std::string& stream, double now) {
  std::deque<std::string>& tokens = by_stream_[stream];
  std::erase_if(tokens, [&](const std::string& token) {
    const bool old = by_token_.at(token)->expires_at + kRemembered < now;
    if (old) by_token_.erase(token);
    return old;
  });
  while (tokens.size() >= kPerStream) {
    if (by_token_.at(tokens.front())->expires_at > now) ++dropped_;
    by_token_.erase(tokens.front());
    tokens.pop_front();
  }
}

Read<std::shared_ptr<Session>> Sessions::find(const std::string& token, double now) const {
  std::lock_guard lock(mutex_);
  const auto found = by_token_.find(token);
  if (found == by_token_.end())
    return refuse(403, "NotAuthorizedException", "Streaming session token is not valid.");
  if (now >= found->second->expires_at)
    return refuse(403, "NotAuthorizedException", "Streaming session token is expired.");
  return found->second;
}

std::string Sessions::stream_of(const std::string& token) const {
  std::lock_guard lock(mutex_);
  const auto found = by_token_.find(token);
  return found == by_token_.end() ? "" : found->second->stream;
}

SessionCount Sessions::count() const {
  std::lock_guard lock(mutex_);
  return {by_token_.size(), dropped_};
}

}  // namespace kinesight::sim::kvs
