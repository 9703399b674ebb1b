// One HLS streaming session: its playlist and its fragments. Private to kvs_hls/.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "net/http.h"
#include "net/url.h"
#include "video/kvs_hls/failure.h"
#include "video/kvs_hls/fragment.h"
#include "video/kvs_hls/playlist.h"

namespace kinesight::video::kvs_hls {

/// What the session's URLs give; the URLs hold its token and are shown to nobody. Every request has
/// time-outs: 5 s without a byte, 10 s for a playlist, 30 s for a fragment. Used by one thread.
class HlsSession {
 public:
  /// Reads the master playlist at `url`. `expires` is when the session ends, on `clock`'s steady time.
  static Step<std::unique_ptr<HlsSession>> open(const std::string& url, Clock::Steady expires,
                                                net::Transport& transport, Clock& clock,
                                                std::stop_token stop);

  Clock::Steady expires() const { return expires_; }

  /// The media playlist as it is now.
  Step<MediaPlaylist> playlist(std::stop_token stop);

  /// A fragment with its initialization segment, which is fetched when it is another than the last
  /// fragment's. `begin` is left at 0.
  Step<Fragment> fetch(const PlaylistFragment& fragment, std::stop_token stop);

 private:
  HlsSession(net::Transport& transport, Clock& clock, Clock::Steady expires)
      : transport_(transport), clock_(clock), expires_(expires) {}

  Step<std::string> get(std::string_view what, const std::string& url, Clock::Duration total,
                        std::size_t max_bytes, std::stop_token stop) const;
  Step<std::string> absolute(std::string_view what, const std::string& uri) const;
  Step<> load_init(const std::string& uri, std::stop_token stop);

  net::Transport& transport_;
  Clock& clock_;
  const Clock::Steady expires_;
  net::Url base_;  ///< Of the last playlist: what relative URIs go by.
  std::string media_url_;
  std::string init_uri_;  ///< Of init_.
  std::shared_ptr<const std::string> init_;
};

}  // namespace kinesight::video::kvs_hls
