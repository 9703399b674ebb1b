// What `kinesight watch` tells about the video it watches, and how that looks for people and for programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace kinesight::cli {

/// What a source knows of its connection.
struct Connection {
  std::string state;  ///< "connected", …
  std::uint64_t reconnects = 0;
  std::uint64_t url_refreshes = 0;
  std::uint64_t read_errors = 0;
};

/// How the watching goes.
struct WatchFigures {
  std::string camera_id;
  std::uint64_t frames = 0;     ///< Watched.
  std::uint64_t throttled = 0;  ///< Passed over to keep to target_fps.
  double fps = 0;               ///< Watched a second of capture time: lately; of all, in a summary.
  /// From capture to the frame in hand, seconds: of the newest; the median, in a summary. Nothing before the
  /// first.
  std::optional<double> latency{};
  std::optional<double> capture_time{};  ///< Of the newest frame: Unix seconds.
  int width = 0;                         ///< Pixels; 0 before the first frame.
  int height = 0;
  Connection connection{};
};

/// "front: connected, 1234 frames, 10.0 fps, latency 2.31 s, 1920x1080"
std::string progress_line(const WatchFigures& now);
/// "front: 1234 frames, 10.0 fps on average, median latency 2.31 s; 0 reconnects, 3 URL refreshes, 0 read
/// errors"
std::string summary_line(const WatchFigures& all);

/// One line: {"type": "progress", "time", "camera_id", "state", "frames", "throttled", "fps",
/// "latency_seconds", "capture_time", "width", "height", "reconnects", "url_refreshes", "read_errors"}; what
/// is not known yet is null.
std::string progress_json(const WatchFigures& now, double time);
/// One line: {"type": "summary", …} with "mean_fps" and "median_latency_seconds"; no "fps" and
/// "latency_seconds".
std::string summary_json(const WatchFigures& all, double time);

}  // namespace kinesight::cli
