// A fragment of a Kinesis video stream: its media and where it belongs.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kinesight::video::kvs_hls {

/// One fragment as it came over HLS.
struct Fragment {
  std::string number;          ///< AWS's fragment number; empty when the session did not tell.
  double begin = 0;            ///< Unix seconds of its first frame, by the session's timestamp type.
  double duration = 0;         ///< Seconds, by the playlist.
  double fetched_at = 0;       ///< Unix seconds of our clock: when its last byte was here.
  bool discontinuity = false;  ///< The stream's own time does not go on from the fragment before.
  std::shared_ptr<const std::string> init;  ///< Initialization segment; null for MPEG-TS.
  std::string media;                        ///< moof + mdat, or MPEG-TS packets.

  double end() const { return begin + duration; }
};

/// Whether `number` is a stream's own fragment number, good beyond its session. AWS's have about 47 digits;
/// some sessions count 0, 1, 2 … instead.
bool is_stream_wide(std::string_view number);

/// Whether fragment number `a` is before `b`: both decimal, of any length.
bool number_before(std::string_view a, std::string_view b);

}  // namespace kinesight::video::kvs_hls
