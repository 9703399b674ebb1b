// Where a reader stands in a stream, and which fragments of a playlist are new to it. Pure. Private to
// kvs_hls/.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "video/kvs_hls/playlist.h"

namespace kinesight::video::kvs_hls {

/// A fragment of a playlist with its place in time.
struct Listed {
  PlaylistFragment fragment;
  double begin = 0;            ///< Unix seconds.
  int session = 0;             ///< Which of the reader's sessions listed it.
  int tries = 0;               ///< Of fetching it.
  bool fetched_again = false;  ///< Because it came damaged.

  double end() const { return begin + fragment.duration; }
};

/// The playlist's fragments with their times: EXT-X-PROGRAM-DATE-TIME, or the end of the one before where it
/// is absent. Error: corrupt (the first one has no time, so that none can be told from those of another
/// session).
Result<std::vector<Listed>> dated(MediaPlaylist playlist, int session);

/// Whether `a` comes after `b` in the stream: by media sequence within a session, by AWS's fragment numbers
/// between sessions, by time where a session does not tell them.
bool comes_after(const Listed& a, const Listed& b);

/// What follows `newest` (all of them without it).
std::vector<Listed> after(std::vector<Listed> listed, const std::optional<Listed>& newest);

/// How many fragments the session's window left behind between `before` and `next`, neighbours in what was
/// listed.
int rolled_off(const Listed& before, const Listed& next);

/// Seconds of footage in `listed`.
double seconds_of(const std::deque<Listed>& listed);

/// Below this two fragments are neighbours: playlists round to milliseconds, cameras are not exact.
double tolerance(const Listed& before);

}  // namespace kinesight::video::kvs_hls
