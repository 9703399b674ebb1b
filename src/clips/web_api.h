// The REST API of the clip service: triggers, cameras, health, metrics, and the document that describes them.
#pragma once

#include <atomic>
#include <functional>
#include <semaphore>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "clips/broker/broker.h"
#include "clips/cache.h"
#include "clips/clip_options.h"
#include "clips/discovery.h"
#include "clips/streams/camera_streams.h"
#include "clips/task_handler.h"
#include "http/api.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// Answers the HTTP server's requests from the running parts, which outlive it and the server. Safe for any
/// number of threads; so many requests at once may wait for the broker or for AWS, further ones get a 503, so
/// that threads are left for health and metrics.
class WebApi {
 public:
  static constexpr int kMostWaiting = 12;

  struct Parts {
    Discovery& discovery;
    CameraStreams& streams;
    Publisher& publisher;
    Cache* cache = nullptr;  ///< Numbers the tasks; null: the time of day does.
    Clock& clock;
    telemetry::Telemetry telemetry;
    std::function<bool()> broker_connected{};
    QueueNames queues{};
    double clip_seconds = 60;  ///< Of a clip that is triggered without a range.
    ClipOptions clip{};
    std::stop_token stop{};  ///< Ends what waits for the broker or for AWS.
  };

  /// One row of the table that is served, and that GET /openapi.json shows beside itself.
  struct Operation {
    std::string_view method;
    std::string_view path;  ///< As OpenAPI writes it: "/cameras/{id}/hls".
    bool needs_token = true;
    bool waits = false;  ///< For the broker or for AWS.
    std::size_t max_body_bytes = 0;
    http::ApiAnswer (WebApi::*answer)(const http::ApiCall& call) const = nullptr;
    std::string_view described;  ///< As http::ApiRoute has it.
  };

  explicit WebApi(Parts parts) : parts_(std::move(parts)) {}

  /// All that is served, but for the document.
  static std::span<const Operation> operations();
  /// The routes; they refer to this object. Beyond loopback all but what tells of health and the metrics need
  /// the token.
  http::ApiSources sources() const;

 private:
  http::ApiAnswer overview(const http::ApiCall& call) const;
  http::ApiAnswer alive(const http::ApiCall& call) const;
  http::ApiAnswer health(const http::ApiCall& call) const;
  http::ApiAnswer metrics(const http::ApiCall& call) const;
  http::ApiAnswer cameras(const http::ApiCall& call) const;
  http::ApiAnswer hls(const http::ApiCall& call) const;
  http::ApiAnswer discover(const http::ApiCall& call) const;
  http::ApiAnswer trigger(const http::ApiCall& call) const;

  http::ApiAnswer answer(const Operation& operation, const http::ApiCall& call) const;
  http::ApiAnswer health_answer(telemetry::HealthState without_broker) const;
  std::int64_t next_process_id() const;

  const Parts parts_;
  mutable std::counting_semaphore<kMostWaiting> places_{kMostWaiting};
  mutable std::atomic<std::int64_t> last_moment_ = 0;  ///< The last process id that the time of day gave.
};

}  // namespace kinesight::clips
