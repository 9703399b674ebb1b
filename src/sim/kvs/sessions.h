// HLS sessions: what was asked for, under which token, until when.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/rng.h"
#include "sim/kvs/archive.h"
#include "sim/kvs/request.h"

namespace kinesight::sim::kvs {

/// What a session's playlist goes on from.
enum class PlaybackMode { live, live_replay, on_demand };
/// How its media is packaged.
enum class Container { fragmented_mp4, mpeg_ts };
/// Before which fragments EXT-X-DISCONTINUITY stands.
enum class Discontinuities { always, never, where_there_are };

/// A GetHLSStreamingSessionURL request, checked.
struct SessionRequest {
  PlaybackMode mode = PlaybackMode::live;
  Container container = Container::fragmented_mp4;
  Discontinuities discontinuities = Discontinuities::always;
  bool show_times = false;  ///< EXT-X-PROGRAM-DATE-TIME.
  TimeSelector selector{true, -std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::infinity()};
  std::size_t max_fragments = 5;  ///< In a media playlist.
  double seconds = 300;           ///< The session lasts.
};

/// Reads and checks a request's members but for its stream. InvalidArgumentException.
Read<SessionRequest> read_session_request(const nlohmann::json& request, double now);

/// Where a LIVE_REPLAY session stands.
struct ReplayPosition {
  std::deque<FragmentInfo> listed;   ///< At most SessionRequest::max_fragments.
  std::optional<FragmentInfo> left;  ///< The last one that has left the list.
  std::int64_t sequence = 0;         ///< Of the first one listed.
  double due = 0;                    ///< Unix seconds: when the last one listed was (to be) added.
  bool ended = false;                ///< The range's end has come.
};

/// One session. What it was opened with never changes.
struct Session {
  std::string token;
  std::string stream;
  SessionRequest request;
  double expires_at = 0;           ///< Unix seconds.
  std::int64_t first_ordinal = 0;  ///< FragmentInfo::ordinal of media sequence number 0.
  std::mutex mutex;                ///< Of `replay`.
  ReplayPosition replay;
};

/// How many sessions there are, and were.
struct SessionCount {
  std::size_t kept = 0;       ///< Those that expired not long ago are among them.
  std::uint64_t dropped = 0;  ///< Of those that had not expired, because a stream had too many.
};

/// All sessions. Safe for any number of threads.
class Sessions {
 public:
  /// At most so many of one stream; the oldest goes when there is one more. AWS has no such limit.
  static constexpr std::size_t kPerStream = 200;

  /// `seed` of the tokens.
  explicit Sessions(std::uint64_t seed) : rng_(seed) {}

  /// Gives the session its token and keeps it; those that expired long ago are forgotten.
  std::string open(std::shared_ptr<Session> session, double now);
  /// 403 NotAuthorizedException for a token that is unknown or expired.
  Read<std::shared_ptr<Session>> find(const std::string& token, double now) const;
  /// The stream of a token, expired or not; empty when it is unknown.
  std::string stream_of(const std::string& token) const;
  SessionCount count() const;

 private:
  std::string make_token();
  void forget(const std::string& stream, double now);

  mutable std::mutex mutex_;
  Rng rng_;
  std::uint64_t dropped_ = 0;
  std::map<std::string, std::shared_ptr<Session>, std::less<>> by_token_;
  std::map<std::string, std::deque<std::string>> by_stream_;  ///< Tokens, oldest first.
};

}  // namespace kinesight::sim::kvs
