#include "http/json.h"

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
      {"last_frame_time", nullptr},
      {"frames", camera.frames},
      {"events", camera.events},
      {"drops", camera.drops},
      {"error", camera.error},
      {"source", camera.source},
      {"width", camera.width},
      {"height", camera.height},
  };
  if (camera.last_frame_time) json["last_frame_time"] = *camera.last_frame_time;
  return json;
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

std::string error_json(std::string_view message) { return dump({{"error", message}}); }

std::string skipped_json(std::uint64_t count) { return dump({{"skipped", count}}); }

}  // namespace kinesight::http
