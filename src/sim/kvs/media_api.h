// The data plane: HLS sessions with their playlists and fragments, and the archived-media operations.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/clock.h"
#include "sim/kvs/answer.h"
#include "sim/kvs/faults.h"
#include "sim/kvs/sessions.h"
#include "sim/kvs/streams.h"

namespace kinesight::sim::kvs {

/// What is known of a request beyond its body.
struct RequestContext {
  std::string base_url;  ///< "http://127.0.0.1:4000": what URLs in answers begin with.
};

/// Answers the archived-media operations (their JSON bodies are parsed already, signatures and limits
/// checked) and the session URLs. Reads streams, changes nothing but sessions. Safe for any number of
/// threads.
class MediaApi {
 public:
  MediaApi(const Streams& streams, Faults& faults, Clock& clock, std::uint64_t seed);

  Outcome get_hls_streaming_session_url(const nlohmann::json& request, const RequestContext& context);
  Outcome list_fragments(const nlohmann::json& request) const;
  Outcome get_media_for_fragment_list(const nlohmann::json& request) const;
  Outcome get_clip(const nlohmann::json& request) const;
  Outcome get_images(const nlohmann::json& request) const;

  /// GET of a session URL: `path` is "/hls/v1/getHLSMasterPlaylist.m3u8", "…/getHLSMediaPlaylist.m3u8",
  /// "…/getMP4InitFragment.mp4", "…/getMP4MediaFragment.mp4", "…/getTSFragment.ts". 403 for a token that is
  /// unknown or expired, 404 for a fragment that is not there.
  Outcome get(const std::string& path, const std::string& query);

  SessionCount count_sessions() const;

  /// The stream of a session token, for faults and limits; empty when it is unknown.
  std::string stream_of(const std::string& query) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kinesight::sim::kvs
