// Which cameras there are: the active streams, remembered in the cache so that ListStreams is asked seldom.
#pragma once

#include <chrono>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "clips/cache.h"
#include "clips/streams/camera_streams.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// A stream that can be watched.
struct CameraInfo {
  std::string stream_arn;
  std::string stream_name;
  std::string status;

  bool operator==(const CameraInfo&) const = default;
};

/// As a JSON list of objects {"stream_arn", "stream_name", "status"}.
nlohmann::ordered_json to_json(const std::vector<CameraInfo>& cameras);

/// The cache's key: a JSON list of objects {"stream_arn", "stream_name", "status"}.
inline constexpr std::string_view kDiscoveredKey = "s2:cameras:discovered";

/// Finds cameras. Safe for any number of threads: one of them asks AWS, the others wait for its answer; and
/// of several services on one cache one asks, as long as the cache works.
class Discovery {
 public:
  /// Without a cache AWS is asked each time. What the cache fails with is a warning and counted, never an
  /// error.
  Discovery(CameraStreams& streams, Cache* cache, std::chrono::milliseconds remembered, Clock& clock,
            telemetry::Telemetry telemetry)
      : streams_(streams), cache_(cache), remembered_(remembered), clock_(clock), telemetry_(telemetry) {}

  /// The active streams, in the order of their names; what is remembered, if anything is. Errors: those of
  /// ListStreams.
  Result<std::vector<CameraInfo>> cameras(std::stop_token stop);
  /// The same, asked anew.
  Result<std::vector<CameraInfo>> refresh(std::stop_token stop);

 private:
  std::optional<std::vector<CameraInfo>> remembered();
  Result<std::vector<CameraInfo>> ask(std::stop_token stop);
  std::string take_turn();
  void end_turn(const std::string& turn);
  void remember(const std::vector<CameraInfo>& cameras);

  CameraStreams& streams_;
  Cache* const cache_;
  const std::chrono::milliseconds remembered_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  std::mutex asking_;
};

}  // namespace kinesight::clips
