#include "clips/web_api.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "clips/happenings.h"
#include "clips/scheduler/ledger.h"
#include "clips/trigger.h"
#include "clips/web_api_document.h"
#include "config/cameras_file.h"
#include "event/moment.h"
#include "http/json.h"
#include "http/metrics_type.h"

namespace kinesight::clips {
namespace {

using http::ApiAnswer;
using http::ApiCall;
using Json = nlohmann::ordered_json;

constexpr int kHlsSeconds = 300;  // As AWS has it by default; a link is a secret, so it should not live long.
constexpr int kMinHlsSeconds = 300;
constexpr int kMaxHlsSeconds = 43'200;
constexpr std::size_t kNothingBytes = 1024;  // "{}": many clients send no POST without a body.
constexpr const char* kRetryAfter = "Retry-After";

ApiAnswer answer_json(int status, const Json& json) {
  return {.status = status, .body = json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

ApiAnswer refuse(int status, std::string_view message) {
  return {.status = status, .body = http::error_json(message)};
}

/// AWS did not do what it was asked for; that its refusals are not of who asks us is the difference to 4xx.
ApiAnswer of_aws(const Error& error) {
  switch (error.kind) {
    case ErrorKind::not_found:
      return refuse(404, error.message);
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
    case ErrorKind::cancelled: {
      auto answer = refuse(503, error.message);
      answer.headers.emplace_back(kRetryAfter, "5");
      return answer;
    }
    default:
      return refuse(502, error.message);
  }
}

/// The parameter `seconds` of GET /cameras/{id}/hls.
Result<int> hls_seconds(const std::multimap<std::string, std::string>& parameters) {
  int seconds = kHlsSeconds;
  for (const auto& [name, text] : parameters) {
    if (name != "seconds" || parameters.size() > 1) {
      return fail(ErrorKind::invalid, "expected at most one parameter, seconds, found '{}'",
                  name.substr(0, 80));
    }
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, seconds);
    const bool good = error == std::errc{} && stopped == end;
    if (!good || seconds < kMinHlsSeconds || seconds > kMaxHlsSeconds) {
      return fail(ErrorKind::invalid, "seconds: expected a whole number from {} to {}, found '{}'",
                  kMinHlsSeconds, kMaxHlsSeconds, text.substr(0, 80));
    }
  }
  return seconds;
}

}  // namespace

std::span<const WebApi::Operation> WebApi::operations() {
  namespace text = described;
  static const Operation table[] = {
      {"POST", "/trigger/clip", true, true, kMaxTriggerBytes, &WebApi::trigger, text::kTriggerClip},
      {"POST", "/trigger/discover", true, true, kNothingBytes, &WebApi::discover, text::kTriggerDiscover},
      {"GET", "/cameras", true, true, 0, &WebApi::cameras, text::kCameras},
      {"GET", "/cameras/{id}/hls", true, true, 0, &WebApi::hls, text::kHls},
      {"GET", "/health", false, false, 0, &WebApi::health, text::kHealth},
      {"GET", "/healthz", false, false, 0, &WebApi::alive, text::kAlive},
      {"GET", "/metrics", false, false, 0, &WebApi::metrics, text::kMetrics},
      {"GET", "/", true, false, 0, &WebApi::overview, text::kOverview},
  };
  return table;
}

http::ApiSources WebApi::sources() const {
  http::ApiSources sources;
  sources.service = kServiceName;
  sources.dashboard = false;
  sources.about = {.path = kDocumentPath,
                   .description = "Clips of camera streams on Kinesis Video Streams. ",
                   .schemas = {described::kSchemas}};
  for (const Operation& operation : operations()) {
    sources.routes.push_back(
        {.method = operation.method,
         .pattern = operation.path,
         .needs_token = operation.needs_token,
         .max_body_bytes = operation.max_body_bytes,
         .handler = [this, &operation](const ApiCall& call) { return answer(operation, call); },
         .described = std::string(operation.described)});
  }
  return sources;
}

ApiAnswer WebApi::answer(const Operation& operation, const ApiCall& call) const {
  if (!operation.waits) return (this->*operation.answer)(call);
  if (!places_.try_acquire()) {
    auto busy = refuse(503, fmt::format("{} requests wait for RabbitMQ or AWS already", kMostWaiting));
    busy.headers.emplace_back(kRetryAfter, "1");
    return busy;
  }
  const struct Leave {
    std::counting_semaphore<kMostWaiting>& places;
    ~Leave() { places.release(); }
  } leave{places_};
  return (this->*operation.answer)(call);
}

ApiAnswer WebApi::overview(const ApiCall&) const {
  std::string text = fmt::format("{}: clips of camera streams\n\n", kServiceName);
  for (const auto& one : operations()) text += fmt::format("{:<5} {}\n", one.method, one.path);
  text += fmt::format("{:<5} {}\n", "GET", kDocumentPath);
  return {.content_type = "text/plain; charset=utf-8", .body = std::move(text)};
}

// Who starts processes anew asks this one: without RabbitMQ the service waits for it, and a new start would
// not bring it back.
ApiAnswer WebApi::alive(const ApiCall&) const { return health_answer(telemetry::HealthState::degraded); }

ApiAnswer WebApi::health(const ApiCall&) const { return health_answer(telemetry::HealthState::failed); }

ApiAnswer WebApi::health_answer(telemetry::HealthState without_broker) const {
  const auto& board = parts_.telemetry.health;
  const bool connected = parts_.broker_connected();
  const auto state = connected ? board.state() : std::max(board.state(), without_broker);
  auto reasons = board.reasons();
  if (!connected) reasons.insert(reasons.begin(), "rabbitmq: no connection");
  Json json = {{"status", telemetry::to_string(state)},
               {"service", kServiceName},
               {"rabbitmq", connected ? "connected" : "disconnected"}};
  if (state != telemetry::HealthState::ok) json["reasons"] = reasons;
  return answer_json(state == telemetry::HealthState::failed ? 503 : 200, json);
}

ApiAnswer WebApi::metrics(const ApiCall&) const {
  return {.content_type = std::string(http::kMetricsType), .body = parts_.telemetry.metrics.text()};
}

ApiAnswer WebApi::cameras(const ApiCall&) const {
  const auto found = parts_.discovery.cameras(parts_.stop);
  return found ? answer_json(200, {{"cameras", to_json(*found)}}) : of_aws(found.error());
}

ApiAnswer WebApi::discover(const ApiCall& call) const {
  const Json body = call.body.empty() ? Json::object() : Json::parse(call.body, nullptr, false);
  if (!body.is_object() || !body.empty()) return refuse(400, "expected no body, or an empty JSON object");
  const auto found = parts_.discovery.refresh(parts_.stop);
  if (!found) return of_aws(found.error());
  return answer_json(200, {{"status", "DISCOVERED"}, {"cameras", to_json(*found)}});
}

ApiAnswer WebApi::hls(const ApiCall& call) const {
  if (!config::is_camera_id(call.rest)) return refuse(404, "no stream has such a name");
  const auto seconds = hls_seconds(call.parameters);
  if (!seconds) return refuse(400, seconds.error().message);
  const auto stream = parts_.streams.describe(call.rest, parts_.stop);
  if (!stream) return of_aws(stream.error());
  if (stream->status != "ACTIVE") {
    return refuse(409, fmt::format("the stream '{}' is {}, not ACTIVE", call.rest, stream->status));
  }
  const std::int64_t now_ms = parts_.clock.wall_ms();
  const auto url = parts_.streams.hls_url(call.rest, *seconds, parts_.stop);
  if (url) {
    return answer_json(200, {{"hls_url", *url},
                             {"expires_in", *seconds},
                             {"expires_at", event::format_moment(now_ms + 1000LL * *seconds)}});
  }
  // The stream is there: it sends nothing just now, or keeps nothing, or its codec cannot be shown.
  const auto kind = url.error().kind;
  const bool of_stream = kind == ErrorKind::not_found || kind == ErrorKind::invalid;
  return of_stream ? refuse(409, fmt::format("the stream '{}' cannot be watched now: {}", call.rest,
                                             url.error().message))
                   : of_aws(url.error());
}

ApiAnswer WebApi::trigger(const ApiCall& call) const {
  auto asked = parse_trigger(call.body, {.now_ms = parts_.clock.wall_ms(),
                                         .clip_seconds = parts_.clip_seconds,
                                         .max_clip_seconds = parts_.clip.max_seconds});
  if (!asked) return refuse(400, asked.error().message);
  if (!parts_.broker_connected()) {
    auto away = refuse(503, "RabbitMQ is not connected; nothing is queued, ask again");
    away.headers.emplace_back(kRetryAfter, "5");
    return away;
  }
  Task& task = asked->task;
  if (!asked->numbered) task.process_id = next_process_id();
  const Message message{.body = to_json(task), .headers = {}, .message_id = std::to_string(task.process_id)};
  const auto sent = parts_.publisher.publish(parts_.queues.tasks, message,
                                             seconds_duration(parts_.clip.publish_seconds), parts_.stop);
  const Json about = {{"camera_id", task.camera_id},
                      {"process_id", task.process_id},
                      {"start_time", event::format_moment(task.start_ms)},
                      {"end_time", event::format_moment(task.end_ms)}};
  if (sent) {
    parts_.telemetry.emit(TaskTriggered{task.camera_id, task.process_id,
                                        static_cast<double>(task.end_ms - task.start_ms) / 1000});
    Json queued = {{"status", "QUEUED"}};
    queued.update(about);
    return answer_json(200, queued);
  }
  parts_.telemetry.emit(TriggerFailed{task.camera_id, sent.error()});
  // With these the same task can be asked for again: two of them make one clip.
  Json failed = {{"error", sent.error().message}};
  failed.update(about);
  auto answer = answer_json(503, failed);
  answer.headers.emplace_back(kRetryAfter, "5");
  return answer;
}

/// One that no other task has: of the cache, or else the time of day, each millisecond once.
std::int64_t WebApi::next_process_id() const {
  if (parts_.cache) {
    const auto next = parts_.cache->increment(kProcessIdKey);
    if (next) return *next;
    parts_.telemetry.emit(CacheFailed{"increment", next.error()});
  }
  std::int64_t last = last_moment_.load(), next = 0;
  do {
    next = std::max(parts_.clock.wall_ms(), last + 1);
  } while (!last_moment_.compare_exchange_weak(last, next));
  return next;
}

}  // namespace kinesight::clips
