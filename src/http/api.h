// What the HTTP server shows, as callbacks that the service fills in. The server knows no camera, no store
// and no worker; every callback may be called by several of its threads at once and must not wait for a
// camera.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/envelope.h"
#include "event/query.h"
#include "http/api_route.h"
#include "http/event_feed.h"
#include "telemetry/health.h"

namespace kinesight::http {

/// How the whole service is.
struct HealthReport {
  telemetry::HealthState state = telemetry::HealthState::ok;
  std::vector<std::string> reasons;  ///< Why it is not ok: "camera front: no route to host".
};

/// What a camera may be in: "degraded" is watched, but not as it should be; of one that is "offline" the
/// source is away.
inline constexpr std::array<std::string_view, 7> kCameraStates = {"starting", "online", "degraded", "offline",
                                                                  "error",    "ended",  "disabled"};

/// One camera as /api/cameras shows it.
struct CameraStatus {
  std::string id{};
  std::string state{};  ///< One of kCameraStates.
  double fps = 0;       ///< Frames processed a second, lately.
  double fps_target = 0;
  bool paused = false;  ///< Disabled for the time being, by a person.
  std::optional<double>
      latency_ms{};            ///< Of the detectors, mean of the last frames; nothing before the first.
  std::uint64_t restarts = 0;  ///< Of its thread, that were none of a person's doing.
  std::optional<double> last_frame_time{};  ///< Capture time of the newest processed frame: Unix seconds.
  std::uint64_t frames = 0;                 ///< Processed since the start.
  std::uint64_t events = 0;                 ///< Raised since the start.
  std::map<std::string, std::uint64_t> drops{};  ///< Frames that were due and not processed, by reason.
  std::vector<std::string> overload{};           ///< Steps of its overload ladder that it has taken, by name.
  std::uint64_t still_frames = 0;   ///< Of `frames`: those that the motion gate spared the detectors.
  std::uint64_t packets = 0;        ///< Of video, read since the start.
  std::uint64_t gated_packets = 0;  ///< Of video, left undecoded by the bitstream gate.
  std::string error{};              ///< What is wrong with it now; empty when nothing is.
  std::string source{};             ///< Where its pictures come from; secrets redacted.
  int width = 0;                    ///< Pixels of the source; 0 before its first frame.
  int height = 0;
};

/// A span of a camera's time that was not watched as it happened: Unix milliseconds.
struct UnwatchedSpan {
  std::int64_t begin_ms = 0;
  std::int64_t end_ms = 0;
  std::string reason{};  ///< "lost", "skipped", "offline", "stopped", "overload".
  bool backfilled = false;
};

/// What is known of a camera's time, as /api/coverage shows it.
struct CameraCoverage {
  std::string camera_id{};
  std::int64_t begin_ms = 0;  ///< Of what is known within the range asked for; equal when nothing is.
  std::int64_t end_ms = 0;
  double share = 0;  ///< Of what is known, how much has been watched by now: 0 to 1.
  double live_seconds = 0;
  double backfilled_seconds = 0;
  std::map<std::string, double> missed_seconds{};  ///< By reason.
  std::vector<UnwatchedSpan> unwatched{};          ///< In order of time.
};

/// What /api/coverage is asked.
struct CoverageQuery {
  std::string camera_id{};    ///< Empty: every camera.
  std::int64_t since_ms = 0;  ///< Unix milliseconds.
  std::int64_t until_ms = 0;
};

/// How much of the recording around an event is asked for, in seconds; at most kMaxFootageSeconds each.
struct FootageQuery {
  std::optional<int> before_seconds{};  ///< Nothing: as the camera's configuration had it.
  std::optional<int> after_seconds{};
};

inline constexpr int kMaxFootageSeconds = 60;

/// Why something is not answered that was asked for rightly.
struct Refusal {
  int status = 0;
  std::string reason{};
  int retry_seconds = 0;  ///< When another try may go well; 0: none will.
};

/// A file in memory, which is kept as long as somebody reads it.
using SharedFile = std::shared_ptr<const std::string>;

using Bytes = std::vector<std::uint8_t>;

/// The newest picture of a camera, not encoded yet: it is encoded only when somebody lacks this version of
/// it.
struct LatestPicture {
  std::string version;  ///< Changes whenever the picture does: "1697123456789-42". Becomes the ETag.
  /// The annotated picture as JPEG, at most `max_width` pixels wide (0: as wide as the source).
  std::function<Result<Bytes>(int max_width)> encode;
};

/// Where the routes get their answers. All but `feed` may be empty: the route then answers 404.
struct ApiSources {
  std::function<HealthReport()> health;                ///< /healthz, /health
  std::function<std::string()> metrics_text;           ///< /metrics, in Prometheus' text format 0.0.4
  std::function<std::vector<CameraStatus>()> cameras;  ///< /api/cameras
  /// /api/cameras/{id}/latest.jpg. Errors: not_found (no such camera), unavailable (no picture yet).
  std::function<Result<LatestPicture>(const std::string& camera_id)> latest_picture;
  /// /api/events. Errors: unavailable, corrupt. Empty: the feed's own memory answers.
  std::function<Result<std::vector<event::Envelope>>(const event::Query& query)> events;
  /// /api/events/{event_id}/footage.mp4: the MP4 around an event. It may wait for where that comes from.
  std::function<std::expected<SharedFile, Refusal>(const event::Envelope& envelope,
                                                   const FootageQuery& query)>
      footage;
  /// /snapshots/…: the JPEG of a snapshot key ("snapshots/front/2026/01/31/1769817600000.jpg").
  /// The server has already refused keys that do not look like one. Error: not_found.
  std::function<Result<Bytes>(const std::string& key)> snapshot;
  /// /api/coverage. Errors: not_found (no such camera), unavailable, corrupt.
  std::function<Result<std::vector<CameraCoverage>>(const CoverageQuery& query)> coverage;
  /// Told of a connection that is turned away: "address" (it has its share), "busy". May be empty.
  std::function<void(std::string_view reason)> refused{};
  EventFeed* feed = nullptr;          ///< /api/events/stream; outlives the server. Null: 404.
  std::string service = "kvs-infer";  ///< As the health page names it.
  bool dashboard = true;              ///< Whether / shows it; without it there is no login either.
  std::vector<ApiRoute> routes{};     ///< Those of the service's own.
  ApiAbout about{};                   ///< For the document of all routes.
};

}  // namespace kinesight::http
