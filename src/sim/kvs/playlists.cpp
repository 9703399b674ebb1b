#include "sim/kvs/playlists.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kinesight::sim::kvs {
namespace {

constexpr double kDiscontinuity = 0.050;  // Seconds of gap or overlap; AWS's own figure.

/// "2023-05-17T13:48:35.994Z"
std::string iso_time(double seconds) {
  const auto milliseconds = static_cast<std::int64_t>(std::llround(seconds * 1000.0));
  const std::time_t whole = milliseconds / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z", fmt::gmtime(whole), milliseconds % 1000);
}

/// Seconds to the millisecond, as short as can be: "2.0", "1.01", "2.663".
std::string short_seconds(double seconds) {
  std::string text = fmt::format("{:.3f}", seconds);
  while (text.ends_with("0") && !text.ends_with(".0")) text.pop_back();
  return text;
}

bool is_discontinuity(const Session& session, const FragmentInfo* before, const FragmentInfo& fragment) {
  switch (session.request.discontinuities) {
    case Discontinuities::always:
      return true;
    case Discontinuities::never:
      return false;
    case Discontinuities::where_there_are:
      break;
  }
  if (before == nullptr) return false;
  const TimeSelector& times = session.request.selector;
  const double expected = times.time_of(*before) + before->duration;
  return before->rendition != fragment.rendition ||
         std::abs(times.time_of(fragment) - expected) > kDiscontinuity;
}

std::string fragment_uri(const Session& session, const FragmentInfo& fragment) {
  const bool ts = session.request.container == Container::mpeg_ts;
  return fmt::format("{}?FragmentNumber={}&SessionToken={}&TrackNumber=1",
                     ts ? "getTSFragment.ts" : "getMP4MediaFragment.mp4", fragment.number, session.token);
}

std::string map_tag(const Session& session, const FragmentInfo& fragment) {
  return fmt::format(
      "#EXT-X-MAP:URI=\"getMP4InitFragment.mp4?SessionToken={}&TrackNumber=1&SequenceNumber={}\"\n",
      session.token, fragment.rendition);
}

/// Bits a second of the recording's heaviest fragment.
std::int64_t peak_bits(const video::FragmentedVideo& recording) {
  double peak = 1;
  for (const video::MediaFragment& fragment : recording.fragments)
    if (fragment.duration > 0)
      peak = std::max(peak, static_cast<double>(fragment.media.size()) * 8 / fragment.duration);
  return static_cast<std::int64_t>(std::ceil(peak));
}

}  // namespace

std::string master_playlist(const Session& session, const Archive& archive) {
  const std::vector<FragmentInfo> one = session.request.mode == PlaybackMode::live
                                            ? archive.newest(1)
                                            : archive.range(session.request.selector, 1);
  const int rendition = one.empty() ? 0 : one.front().rendition;
  const video::FragmentedVideo& recording = archive.timeline().recording(rendition);
  return fmt::format(
      "#EXTM3U\n#EXT-X-VERSION:1\n"
      "#EXT-X-STREAM-INF:BANDWIDTH={},CODECS=\"{}\",RESOLUTION={}x{},FRAME-RATE={:.3f}\n"
      "getHLSMediaPlaylist.m3u8?SessionToken={}&TrackNumber=1\n",
      peak_bits(recording), recording.codec, recording.width, recording.height, recording.frame_rate,
      session.token);
}

std::string media_playlist(const Session& session, const Listing& listing, double longest) {
  const bool mp4 = session.request.container == Container::fragmented_mp4;
  std::string text = mp4 ? "#EXTM3U\n#EXT-X-VERSION:7\n" : "#EXTM3U\n#EXT-X-VERSION:3\n";
  if (session.request.mode == PlaybackMode::on_demand) text += "#EXT-X-PLAYLIST-TYPE:VOD\n";
  text += fmt::format("#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-INDEPENDENT-SEGMENTS\n",
                      std::max(1, static_cast<int>(std::ceil(longest))), listing.sequence);
  const FragmentInfo* before = listing.before ? &*listing.before : nullptr;
  int mapped = -1;
  for (const FragmentInfo& fragment : listing.fragments) {
    if (is_discontinuity(session, before, fragment)) text += "#EXT-X-DISCONTINUITY\n";
    if (mp4 && fragment.rendition != mapped) text += map_tag(session, fragment);
    if (session.request.show_times)
      text += "#EXT-X-PROGRAM-DATE-TIME:" + iso_time(session.request.selector.time_of(fragment)) + "\n";
    text += "#EXTINF:" + short_seconds(fragment.duration) + ",\n" + fragment_uri(session, fragment) + "\n";
    mapped = fragment.rendition;
    before = &fragment;
  }
  if (listing.ended) text += "#EXT-X-ENDLIST\n";
  return text;
}

}  // namespace kinesight::sim::kvs
