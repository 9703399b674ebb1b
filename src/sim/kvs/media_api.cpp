#include "sim/kvs/media_api.h"

#include <algorithm>
#include <optional>

#include "sim/kvs/archived_operations.h"
#include "sim/kvs/playlists.h"
#include "sim/kvs/query.h"
#include "sim/kvs/request.h"
#include "sim/kvs/sessions.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;

constexpr double kLiveSeconds = 30;  // A LIVE session needs a fragment as young as this.
constexpr std::string_view kFolder = "/hls/v1/";

/// What a session asks for, or why there is nothing: its first fragment's ordinal.
Read<std::int64_t> first_ordinal(const SessionRequest& request, const Archive& archive) {
  const bool live = request.mode == PlaybackMode::live;
  const std::vector<FragmentInfo> fragments =
      live ? archive.newest(request.max_fragments) : archive.range(request.selector, 1);
  const bool stale = live && !fragments.empty() &&
                     fragments.back().server_time + fragments.back().duration < archive.now() - kLiveSeconds;
  if (fragments.empty() || stale)
    return not_found("No fragments found in the stream for the streaming request.");
  return fragments.front().ordinal;
}

Answer playlist(std::string text) {
  return {.body = std::move(text), .content_type = "application/x-mpegURL"};
}

/// A body that is no media at all, the same each time.
std::string scramble(std::string media) {
  for (std::size_t i = 0; i < media.size(); ++i) media[i] = static_cast<char>(media[i] ^ (0x5A + i * 31));
  return media;
}

Answer media(std::string bytes, const char* type) { return {.body = std::move(bytes), .content_type = type}; }

}  // namespace

struct MediaApi::Impl {
  Impl(const Streams& all, Faults& wrong, Clock& time, std::uint64_t seed)
      : streams(all), faults(wrong), clock(time), sessions(seed) {}

  Read<Archive> archive_of(const json& request) const {
    return read_stream(request, streams, clock.wall_seconds());
  }
  Outcome init(const Archive& archive, const std::string& query) const;
  Outcome fragment(const Session& session, const Archive& archive, const std::string& query);
  Outcome get(const std::string& path, const std::string& query);

  const Streams& streams;
  Faults& faults;
  Clock& clock;
  Sessions sessions;
};

Outcome MediaApi::Impl::init(const Archive& archive, const std::string& query) const {
  const std::string sequence = query_parameter(query, "SequenceNumber");
  for (int rendition = 0; rendition < archive.timeline().renditions(); ++rendition)
    if (sequence == std::to_string(rendition) || (rendition == 0 && sequence.empty()))
      return media(archive.timeline().init(rendition), "video/mp4");
  return not_found("There is no such initialization fragment.");
}

Outcome MediaApi::Impl::fragment(const Session& session, const Archive& archive, const std::string& query) {
  const auto found = archive.find(query_parameter(query, "FragmentNumber"));
  // A replay goes on in the order of arrival: a clock that is set back may take it before its own beginning.
  const bool any_time = session.request.mode == PlaybackMode::live_replay;
  if (!found || !(any_time || session.request.selector.holds(*found)))
    return not_found("The fragment is not in this session's stream and time range.");
  std::string bytes = archive.timeline().media(*found);
  const bool ts = session.request.container == Container::mpeg_ts;
  if (ts) {
    auto packed = video::mux_mpegts({archive.timeline().init(found->rendition), {std::move(bytes)}});
    if (!packed) return refuse(500, "InternalFailure", packed.error().message);
    bytes = *std::move(packed);
  }
  if (faults.strike("bad_fragment", session.stream, archive.now())) bytes = scramble(std::move(bytes));
  return media(std::move(bytes), ts ? "video/MP2T" : "video/mp4");
}

Outcome MediaApi::Impl::get(const std::string& path, const std::string& query) {
  const double now = clock.wall_seconds();
  const auto session = sessions.find(query_parameter(query, "SessionToken"), now);
  if (!session) return std::unexpected(session.error());
  auto stream = streams.find((*session)->stream);
  if (!stream) return std::unexpected(stream.error());
  const Archive archive(*std::move(stream), now);
  if (!archive.has_camera()) return not_found("Nothing has been sent to the stream.");
  const std::string what = path.starts_with(kFolder) ? path.substr(kFolder.size()) : "";
  const bool ts = (*session)->request.container == Container::mpeg_ts;
  if (what.ends_with(".m3u8") && faults.strike("bad_playlist", archive.stream().name, now))
    return playlist("#EXTM3U\n#EXTINF:two,\n\x01\xff<html>not a playlist\n");
  if (what == "getHLSMasterPlaylist.m3u8") return playlist(master_playlist(**session, archive));
  if (what == "getHLSMediaPlaylist.m3u8")
    return playlist(
        media_playlist(**session, list_fragments_of(**session, archive), archive.timeline().longest()));
  if (what == "getMP4InitFragment.mp4" && !ts) return init(archive, query);
  if (what == (ts ? "getTSFragment.ts" : "getMP4MediaFragment.mp4"))
    return fragment(**session, archive, query);
  return not_found("There is nothing of that name in the session.");
}

MediaApi::MediaApi(const Streams& streams, Faults& faults, Clock& clock, std::uint64_t seed)
    : impl_(std::make_shared<Impl>(streams, faults, clock, seed)) {}

Outcome MediaApi::get_hls_streaming_session_url(const json& request, const RequestContext& context) {
  const auto archive = impl_->archive_of(request);
  if (!archive) return std::unexpected(archive.error());
  const auto asked = read_session_request(request, archive->now());
  if (!asked) return std::unexpected(asked.error());
  if (!archive->retains()) return refuse(400, "NoDataRetentionException", "The stream does not retain data.");
  const auto ordinal = first_ordinal(*asked, *archive);
  if (!ordinal) return std::unexpected(ordinal.error());
  const auto session = std::make_shared<Session>();
  session->stream = archive->stream().name;
  session->request = *asked;
  session->expires_at = archive->now() + asked->seconds;
  session->first_ordinal = *ordinal;
  if (asked->mode == PlaybackMode::live_replay) begin_replay(*session, *archive);
  const std::string token = impl_->sessions.open(session, archive->now());
  const json answer = {{"HLSStreamingSessionURL", context.base_url + std::string(kFolder) +
                                                      "getHLSMasterPlaylist.m3u8?SessionToken=" + token}};
  return Answer{answer.dump()};
}

Outcome MediaApi::list_fragments(const json& request) const {
  const auto archive = impl_->archive_of(request);
  if (!archive) return std::unexpected(archive.error());
  return kvs::list_fragments(request, *archive);
}

Outcome MediaApi::get_media_for_fragment_list(const json& request) const {
  const auto archive = impl_->archive_of(request);
  if (!archive) return std::unexpected(archive.error());
  return kvs::get_media_for_fragment_list(request, *archive);
}

Outcome MediaApi::get_clip(const json& request) const {
  const auto archive = impl_->archive_of(request);
  if (!archive) return std::unexpected(archive.error());
  return kvs::get_clip(request, *archive);
}

Outcome MediaApi::get_images(const json& request) const {
  const auto archive = impl_->archive_of(request);
  if (!archive) return std::unexpected(archive.error());
  return kvs::get_images(request, *archive);
}

Outcome MediaApi::get(const std::string& path, const std::string& query) { return impl_->get(path, query); }

SessionCount MediaApi::count_sessions() const { return impl_->sessions.count(); }

std::string MediaApi::stream_of(const std::string& query) const {
  return impl_->sessions.stream_of(query_parameter(query, "SessionToken"));
}

}  // namespace kinesight::sim::kvs
