// What the HTTP server shows of a running service.
#pragma once

#include "http/api.h"
#include "infer/fleet.h"
#include "infer/plans.h"
#include "infer/supervisor.h"
#include "telemetry/telemetry.h"
#include "vision/engine.h"

namespace kinesight::infer {

/// Answers the HTTP server's questions from the running parts, which outlive it and the server.
class WebApi {
 public:
  WebApi(const Fleet& fleet, const vision::Engine& engine, const Supervisor& supervisor,
         const Publishers& publishers, http::EventFeed& feed, telemetry::Telemetry telemetry, Clock& clock)
      : fleet_(fleet),
        engine_(engine),
        supervisor_(supervisor),
        publishers_(publishers),
        feed_(feed),
        telemetry_(telemetry),
        clock_(clock) {}

  /// The callbacks; they refer to this object.
  http::ApiSources sources() const;

 private:
  http::HealthReport health() const;
  /// With what is asked for and not told: the states of the cameras (some are a matter of rates), and who
  /// waits.
  std::string metrics_text() const;
  Result<std::vector<http::CameraCoverage>> coverage(const http::CoverageQuery& query) const;
  Result<http::LatestPicture> latest_picture(const std::string& camera_id) const;

  const Fleet& fleet_;
  const vision::Engine& engine_;
  const Supervisor& supervisor_;
  const Publishers& publishers_;
  http::EventFeed& feed_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
};

}  // namespace kinesight::infer
