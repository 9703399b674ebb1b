// HLS playlists as Kinesis Video Streams writes them (RFC 8216).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/kvs/sessions.h"

namespace kinesight::sim::kvs {

/// What a media playlist lists at a moment.
struct Listing {
  std::vector<FragmentInfo> fragments;
  std::optional<FragmentInfo> before{};  ///< The one before the first, where there is one.
  std::int64_t sequence = 0;             ///< Media sequence number of the first.
  bool ended = false;                    ///< No further one will come.
};

/// Lists a session's fragments as of the archive's moment. A replay moves on by what time has passed.
Listing list_fragments_of(Session& session, const Archive& archive);

/// Starts a replay: its first fragments, from the start of its range.
void begin_replay(Session& session, const Archive& archive);

/// The one variant of a session.
std::string master_playlist(const Session& session, const Archive& archive);

/// `longest` is that of any fragment the stream may hold, in seconds, because the target duration must not
/// change.
std::string media_playlist(const Session& session, const Listing& listing, double longest);

}  // namespace kinesight::sim::kvs
