#include "http/json.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

namespace kinesight::http {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json camera_json(const CameraStatus& camera) {
  Json json = {
      {"id", camera.id},
      {"state", camera.state},
      {"fps", camera.fps},
      {"fps_target", camera.fps_target},
      {"paused", camera.paused},
      {"latency_ms", nullptr},
      {"restarts", camera.restarts},
      {"last_frame_time", nullptr},
      {"frames", camera.frames},
      {"events", camera.events},
      {"drops", camera.drops},
      {"overload", camera.overload},
      {"still_frames", camera.still_frames},
      {"packets", camera.packets},
      {"gated_packets", camera.gated_packets},
      {"error", camera.error},
      {"source", camera.source},
      {"width", camera.width},
      {"height", camera.height},
  };
  if (camera.latency_ms) json["latency_ms"] = *camera.latency_ms;
  if (camera.last_frame_time) json["last_frame_time"] = *camera.last_frame_time;
  return json;
}

/// What a bar a few hundred pixels wide can show, and more.
constexpr std::size_t kMostSpans = 1000;

/// The longest ones, in order of time.
std::vector<UnwatchedSpan> longest(std::vector<UnwatchedSpan> spans) {
  if (spans.size() <= kMostSpans) return spans;
  const auto end = spans.begin() + kMostSpans;
  std::ranges::nth_element(spans, end, std::ranges::greater{},
                           [](const UnwatchedSpan& span) { return span.end_ms - span.begin_ms; });
  spans.erase(end, spans.end());
  std::ranges::sort(spans, {}, &UnwatchedSpan::begin_ms);
  return spans;
}

Json coverage_of(const CameraCoverage& camera) {
  Json spans = Json::array();
  for (const auto& span : longest(camera.unwatched)) {
    spans.push_back({{"begin_ms", span.begin_ms},
                     {"end_ms", span.end_ms},
                     {"reason", span.reason},
                     {"backfilled", span.backfilled}});
  }
  return {{"camera_id", camera.camera_id},
          {"begin_ms", camera.begin_ms},
          {"end_ms", camera.end_ms},
          {"share", camera.share},
          {"live_seconds", camera.live_seconds},
          {"backfilled_seconds", camera.backfilled_seconds},
          {"missed_seconds", camera.missed_seconds},
          {"unwatched", std::move(spans)},
          {"truncated", camera.unwatched.size() > kMostSpans}};
}

}  // namespace

std::string health_json(const HealthReport& report, std::string_view service) {
  Json json = {{"status", telemetry::to_string(report.state)}, {"service", service}};
  if (report.state != telemetry::HealthState::ok) json["reasons"] = report.reasons;
  return dump(json);
}

std::string cameras_json(const std::vector<CameraStatus>& cameras) {
  Json list = Json::array();
  for (const auto& camera : cameras) list.push_back(camera_json(camera));
  return dump({{"cameras", std::move(list)}});
}

std::string events_json(const std::vector<event::Envelope>& events) {
  // The envelope has one writer, event::to_json(): its texts are joined rather than made a second way.
  std::string text = R"({"events":[)";
  for (const auto& envelope : events) {
    if (text.back() != '[') text += ',';
    text += event::to_json(envelope);
  }
  return text + "]}";
}

std::string coverage_json(const CoverageQuery& query, const std::vector<CameraCoverage>& cameras) {
  Json list = Json::array();
  for (const auto& camera : cameras) list.push_back(coverage_of(camera));
  return dump({{"since_ms", query.since_ms}, {"until_ms", query.until_ms}, {"cameras", std::move(list)}});
}

std::string error_json(std::string_view message) { return dump({{"error", message}}); }

std::string skipped_json(std::uint64_t count) { return dump({{"skipped", count}}); }

}  // namespace kinesight::http
