// HLS playlists as Kinesis Video Streams writes them (RFC 8216). Pure: text in, values out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kinesight::video::kvs_hls {

/// One fragment of a media playlist.
struct PlaylistFragment {
  std::string uri;       ///< As written: relative to the playlist, or absolute. Holds the session's token.
  std::string init_uri;  ///< Of the EXT-X-MAP in force; empty in a playlist of MPEG-TS segments.
  std::string number;    ///< The URI's FragmentNumber; empty when it has none.
  std::int64_t sequence = 0;        ///< Media sequence number within this session.
  double duration = 0;              ///< EXTINF, seconds.
  std::optional<double> date_time;  ///< EXT-X-PROGRAM-DATE-TIME, Unix seconds; of this fragment alone.
  bool discontinuity = false;       ///< EXT-X-DISCONTINUITY stands before it.
  bool gap = false;                 ///< EXT-X-GAP: the server itself has no media for it.
};

/// A media playlist.
struct MediaPlaylist {
  std::int64_t media_sequence = 0;  ///< Of its first fragment.
  double target_duration = 0;       ///< EXT-X-TARGETDURATION, seconds.
  bool ended = false;               ///< EXT-X-ENDLIST: no further fragment will come.
  std::vector<PlaylistFragment> fragments;
};

/// Bounds of what a playlist may hold; beyond them it is corrupt. ON_DEMAND sessions list at most 5,000.
inline constexpr std::size_t kMaxPlaylistBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxPlaylistFragments = 10'000;
inline constexpr std::size_t kMaxPlaylistUriBytes = 4096;

/// The URI of the media playlist in a master playlist: the variant of the highest BANDWIDTH (a stream has
/// one). Error: corrupt (no #EXTM3U, no variant).
Result<std::string> parse_master_playlist(std::string_view text);

/// Unknown tags and comments are passed over, CRLF and LF both taken. Error: corrupt (no #EXTM3U or
/// #EXT-X-TARGETDURATION; a duration, date or number that is none; #EXTINF and URI not in pairs, as where an
/// answer is cut off; byte ranges or encryption; a master playlist; beyond the bounds), naming the line,
/// never a URI: they carry the session's token.
Result<MediaPlaylist> parse_media_playlist(std::string_view text);

}  // namespace kinesight::video::kvs_hls
