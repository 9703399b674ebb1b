// The fragments of a stream in order, each once, over any number of sessions. Private to kvs_hls/.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/rng.h"
#include "video/kvs_hls/cursor.h"
#include "video/kvs_hls/hls_session.h"
#include "video/kvs_hls/pace.h"
#include "video/kvs_hls/report.h"
#include "video/kvs_hls/stream_api.h"

namespace kinesight::video::kvs_hls {

/// Polls the playlist of a session and fetches what is new in it.
///
/// A session that nears its end (refresh_margin_seconds) is replaced on the reader's own thread: the new one
/// is open before the old one is dropped, and both list the same stream, so that the position decides what is
/// new and none is missed or seen twice. What cannot be had is told as a gap before the fragment that
/// follows. Used by one thread.
class FragmentFeed {
 public:
  FragmentFeed(const KvsOptions& options, Clock& clock, StreamApi& api, Report& report,
               std::optional<ReplayRange> range);

  /// Opens a session, one try; what was read before is not read again.
  Step<> connect(std::stop_token stop);
  /// Lets go of the session. `offline`: the camera sends nothing, so that the gap to come is its own.
  void disconnect(bool offline);

  /// The next fragment; nothing at the end of a recording. Passing faults are counted and tried again, until
  /// there were max_consecutive_errors of them or it has taken stall_seconds: then the failure is
  /// returned and the connection is of no more use.
  Step<std::optional<Fragment>> next(std::stop_token stop);

  /// The fragment that was just handed out is damaged: have it fetched once more. False when it was.
  bool again();

 private:
  /// Why footage is missing, in the order of what explains more.
  enum class Trouble { none, offline, skipped, lost };

  Step<std::unique_ptr<HlsSession>> open_session(std::stop_token stop);
  int live_fragments() const;
  aws::HlsSessionRequest request() const;
  double end_of(const aws::HlsSessionRequest& request) const;
  Step<> renew_if_due(std::stop_token stop);
  Step<> renew(const std::string& reason, std::stop_token stop);
  Step<> refill(std::stop_token stop);
  void take_in(std::vector<Listed> fresh);
  void skip_to_live_edge();
  Step<std::optional<Fragment>> fetch(std::stop_token stop);
  Step<> overcome(Failure failure, std::stop_token stop);
  Step<> pass_over(Failure failure);
  bool enough() const;
  Fragment hand_out(Fragment fragment);
  void declare_gap(const Listed& next);
  void examine(const Fragment& fragment);
  Step<std::optional<Fragment>> end_of_recording(std::stop_token stop);
  void blame(Trouble trouble) { trouble_ = std::max(trouble_, trouble); }
  bool live() const { return !range_; }

  const KvsOptions& options_;
  Clock& clock_;
  StreamApi& api_;
  Report& report_;
  const std::optional<ReplayRange> range_;

  std::unique_ptr<HlsSession> session_;
  int session_number_ = 0;
  Clock::Steady next_renewal_{};
  Pace pace_;
  bool ended_ = false;              ///< The session's playlist will not grow.
  std::deque<Listed> pending_;      ///< Listed and not fetched.
  std::optional<Listed> last_;      ///< Handed out last, or given up.
  std::optional<Listed> before_;    ///< What last_ was before the last hand_out().
  std::optional<double> expected_;  ///< When the next fragment begins if nothing is missing.
  double replay_from_ = 0;          ///< Of a recording: where the next session begins, Unix seconds.
  double asked_to_ = 0;             ///< And where the present one ends.
  Trouble trouble_ = Trouble::none;
  Clock::Steady asked_at_{};  ///< When next() was called.
  Clock::Steady last_new_{};  ///< When something new was last listed.
  std::shared_ptr<const std::string> last_init_;
  bool skew_told_ = false;
  bool transport_stream_told_ = false;
};

}  // namespace kinesight::video::kvs_hls
