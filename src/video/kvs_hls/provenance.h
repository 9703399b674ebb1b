// Where a frame can be found again, for the extras of its events. Private to kvs_hls/.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>

#include "base/frame.h"
#include "video/kvs_hls/stream_api.h"

namespace kinesight::video::kvs_hls {

/// A playlist tells the fragment's number and one of its two times; ListFragments knows the other. It is
/// asked once a fragment that raised an event, and after a failure not for a minute. Used by one thread.
class Provenance {
 public:
  Provenance(const KvsOptions& options, Clock& clock, StreamApi& api)
      : options_(options), clock_(clock), api_(api) {}

  /// {"kvs": {"stream_name", "fragment_number", "fragment_ms", "producer_time_ms", "server_time_ms",
  /// "offset_ms", "clip"}}: the fragment's length, Unix milliseconds of its first frame by either clock, how
  /// far into the fragment the frame is, and the GetClip request for the footage around it (video/footage.h).
  /// Null for a frame without footage.
  nlohmann::json of(const Frame& frame, std::stop_token stop);

 private:
  void look_up(const Footage& footage, std::stop_token stop);

  const KvsOptions& options_;
  Clock& clock_;
  StreamApi& api_;
  std::string asked_;                          ///< The fragment that was asked about last.
  std::optional<aws::ListedFragment> listed_;  ///< What was said of it.
  Clock::Steady not_before_{};
};

}  // namespace kinesight::video::kvs_hls
