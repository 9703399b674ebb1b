#include "video/kvs_hls/hls_session.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr auto kIdle = std::chrono::seconds(5);
constexpr auto kPlaylistTotal = std::chrono::seconds(10);
constexpr auto kFragmentTotal = std::chrono::seconds(30);
constexpr std::size_t kMaxInitBytes = 1024 * 1024;
/// A fragment is at most 50 MB (Kinesis Video Streams' quotas).
constexpr std::size_t kMaxFragmentBytes = 64UL * 1024 * 1024;

Failure bad_playlist(const Error& error) {
  return {
      .kind = FailureKind::hls_stream,
      .remedy = Remedy::retry,
      .error = {ErrorKind::corrupt, fmt::format("{}: {}", to_string(FailureKind::hls_stream), error.message)},
      .fault = "bad_playlist"};
}

}  // namespace

Step<std::unique_ptr<HlsSession>> HlsSession::open(const std::string& url, Clock::Steady expires,
                                                   net::Transport& transport, Clock& clock,
                                                   std::stop_token stop) {
  std::unique_ptr<HlsSession> session(new HlsSession(transport, clock, expires));
  const auto master_url = net::parse_url(url);
  if (!master_url) return std::unexpected(bad_playlist(master_url.error()));
  session->base_ = *master_url;
  const auto master = session->get("playlist", url, kPlaylistTotal, kMaxPlaylistBytes, stop);
  if (!master) return std::unexpected(master.error());
  const auto media_uri = parse_master_playlist(*master);
  if (!media_uri) return std::unexpected(bad_playlist(media_uri.error()));
  auto media_url = session->absolute("playlist", *media_uri);
  if (!media_url) return std::unexpected(media_url.error());
  session->media_url_ = std::move(*media_url);
  session->base_ = net::parse_url(session->media_url_).value();
  return session;
}

Step<MediaPlaylist> HlsSession::playlist(std::stop_token stop) {
  const auto text = get("playlist", media_url_, kPlaylistTotal, kMaxPlaylistBytes, stop);
  if (!text) return std::unexpected(text.error());
  auto playlist = parse_media_playlist(*text);
  if (!playlist) return std::unexpected(bad_playlist(playlist.error()));
  return std::move(*playlist);
}

Step<Fragment> HlsSession::fetch(const PlaylistFragment& listed, std::stop_token stop) {
  if (auto loaded = load_init(listed.init_uri, stop); !loaded) return std::unexpected(loaded.error());
  const auto url = absolute("fragment", listed.uri);
  if (!url) return std::unexpected(url.error());
  auto media = get("fragment", *url, kFragmentTotal, kMaxFragmentBytes, stop);
  if (!media) return std::unexpected(media.error());
  Fragment fragment;
  fragment.number = listed.number;
  fragment.duration = listed.duration;
  fragment.fetched_at = clock_.wall_seconds();
  fragment.discontinuity = listed.discontinuity;
  fragment.init = init_;
  fragment.media = std::move(*media);
  return fragment;
}

Step<> HlsSession::load_init(const std::string& uri, std::stop_token stop) {
  if (uri.empty()) {  // MPEG-TS needs none.
    init_.reset();
    init_uri_.clear();
    return {};
  }
  if (init_ && uri == init_uri_) return {};
  const auto url = absolute("init", uri);
  if (!url) return std::unexpected(url.error());
  auto init = get("init", *url, kPlaylistTotal, kMaxInitBytes, stop);
  if (!init) return std::unexpected(init.error());
  init_ = std::make_shared<const std::string>(std::move(*init));
  init_uri_ = uri;
  return {};
}

Step<std::string> HlsSession::get(std::string_view what, const std::string& url, Clock::Duration total,
                                  std::size_t max_bytes, std::stop_token stop) const {
  net::Request request;
  request.url = url;
  request.timeouts.idle = kIdle;
  request.timeouts.total = total;
  request.max_response_bytes = max_bytes;
  auto response = transport_.send(request, std::move(stop));
  if (!response) return std::unexpected(net_failure(what, response.error()));
  if (response->status != 200) return std::unexpected(http_failure(what, *response));
  return std::move(response->body);
}

/// Playlists name what lies beside them. One that names another host is not the service's.
Step<std::string> HlsSession::absolute(std::string_view what, const std::string& uri) const {
  auto url = net::resolve_url(base_, uri);
  if (!url) return std::unexpected(bad_playlist(url.error()));
  if (!url->starts_with(base_.origin() + "/")) {
    return std::unexpected(bad_playlist(
        {ErrorKind::denied,
         fmt::format("the playlist names a {} on another host than its own, {}", what, base_.origin())}));
  }
  return std::move(*url);
}

}  // namespace kinesight::video::kvs_hls
