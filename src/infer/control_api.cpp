#include "infer/control_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "config/yaml_writer.h"
#include "infer/api_texts.h"
#include "infer/config_edits.h"
#include "infer/config_json.h"

namespace kinesight::infer {
namespace {

using Json = nlohmann::ordered_json;
using http::ApiAnswer;
using http::ApiCall;

/// Of a body that says nothing: "{}".
constexpr std::size_t kNothingBytes = 64;
/// Of a camera, or its regions.
constexpr std::size_t kConfigBytes = 256 * 1024;

ApiAnswer answer(int status, const Json& json) {
  return {.status = status, .body = json.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

ApiAnswer failure(const Error& error) {
  const bool absent = error.kind == ErrorKind::not_found;
  return answer(absent ? 404 : 503, {{"error", error.message}});
}

Json json_of(const FleetChange& change) {
  Json json = {{"added", change.added},
               {"removed", change.removed},
               {"restarted", change.restarted},
               {"unchanged", change.unchanged}};
  if (!change.stuck.empty()) json["stuck"] = change.stuck;
  return json;
}

int status_of(Refusal::Why why) {
  switch (why) {
    case Refusal::Why::invalid:
      return 422;
    case Refusal::Why::unknown:
      return 404;
    case Refusal::Why::exists:
    case Refusal::Why::by_hand:
      return 409;
    case Refusal::Why::closing:
      break;
  }
  return 503;
}

/// `yaml`: what a person can write into the file where we cannot.
ApiAnswer refused(const Refusal& refusal, const std::string& yaml = {}) {
  Json json = {{"error", refusal.error}};
  if (refusal.why == Refusal::Why::by_hand && !yaml.empty()) json["yaml"] = yaml;
  if (refusal.why == Refusal::Why::invalid) json["problems"] = Json::array();
  for (const auto& problem : refusal.problems) {
    const auto place = problem.key.empty() ? "" : problem.key + ": ";
    json["problems"].push_back({{"line", problem.line}, {"message", place + problem.message}});
  }
  return answer(status_of(refusal.why), json);
}

ApiAnswer misunderstood(std::string_view what) { return answer(400, {{"error", what}}); }

/// The object that a body is; discarded where it is none.
Json object_of(const ApiCall& call) {
  auto json = Json::parse(call.body, nullptr, false);
  return json.is_object() ? json : Json(Json::value_t::discarded);
}

/// Whether a body says nothing: none, or an empty object.
bool says_nothing(const ApiCall& call) { return call.body.empty() || object_of(call) == Json::object(); }

ApiAnswer too_much() { return misunderstood("expected no body, or an empty JSON object"); }

}  // namespace

std::vector<http::ApiRoute> ControlApi::routes() const {
  return {
      {.method = "GET",
       .pattern = "/readyz",
       .needs_token = false,
       .handler = [this](const ApiCall&) { return ready(); },
       .described = std::string(described::kReady)},
      {.method = "POST",
       .pattern = "/api/reload",
       .max_body_bytes = kNothingBytes,
       .handler = [this](const ApiCall& call) { return reload(call); },
       .described = std::string(described::kReload)},
      {.method = "POST",
       .pattern = "/api/cameras/{id}/pause",
       .max_body_bytes = kNothingBytes,
       .handler = [this](const ApiCall& call) { return pause(call, true); },
       .described = std::string(described::kPause)},
      {.method = "POST",
       .pattern = "/api/cameras/{id}/resume",
       .max_body_bytes = kNothingBytes,
       .handler = [this](const ApiCall& call) { return pause(call, false); },
       .described = std::string(described::kResume)},
      {.method = "POST",
       .pattern = "/api/cameras",
       .max_body_bytes = kConfigBytes,
       .handler = [this](const ApiCall& call) { return add(call); },
       .described = std::string(described::kAdd)},
      {.method = "POST",
       .pattern = "/api/cameras/{id}/remove",
       .max_body_bytes = kNothingBytes,
       .handler = [this](const ApiCall& call) { return remove(call); },
       .described = std::string(described::kRemove)},
      {.method = "GET",
       .pattern = "/api/cameras/{id}/config",
       .handler = [this](const ApiCall& call) { return show(call); },
       .described = std::string(described::kConfig)},
      {.method = "POST",
       .pattern = "/api/cameras/{id}/regions",
       .max_body_bytes = kConfigBytes,
       .handler = [this](const ApiCall& call) { return draw(call); },
       .described = std::string(described::kRegions)},
  };
}

ApiAnswer ControlApi::ready() const {
  switch (parts_.readiness.state()) {
    case Readiness::State::ready:
      return answer(200, {{"status", "ready"}});
    case Readiness::State::starting:
      return answer(503, {{"status", "starting"}, {"reasons", {"the cameras are not started yet"}}});
    case Readiness::State::stopping:
      break;
  }
  return answer(503, {{"status", "stopping"}, {"reasons", {"the service shuts down"}}});
}

ApiAnswer ControlApi::reload(const ApiCall& call) const {
  if (!says_nothing(call)) return too_much();
  const auto change = parts_.reloader.reload();
  return change ? answer(200, json_of(*change)) : refused(change.error());
}

ApiAnswer ControlApi::pause(const ApiCall& call, bool paused) const {
  if (!says_nothing(call)) return too_much();
  if (auto done = parts_.fleet.pause(call.rest, paused); !done) return failure(done.error());
  return answer(200, {{"id", call.rest}, {"paused", paused}});
}

ApiAnswer ControlApi::add(const ApiCall& call) const {
  const auto body = object_of(call);
  const bool good = body.is_object() && body.size() == 2 && body.contains("id") && body["id"].is_string() &&
                    body.contains("config") && body["config"].is_object();
  if (!good)
    return misunderstood(R"(expected {"id": "...", "config": {...as under cameras: in the file...}})");
  const auto id = body["id"].get<std::string>();
  auto camera = yaml_of(body["config"]);
  if (!camera) return misunderstood(camera.error().message);
  const auto change = parts_.reloader.change(adding(id, *camera));
  return change ? answer(201, json_of(*change))
                : refused(change.error(), config::block_entry(id, *camera, 2));
}

ApiAnswer ControlApi::remove(const ApiCall& call) const {
  if (!says_nothing(call)) return too_much();
  const auto change = parts_.reloader.change(removing(call.rest));
  return change ? answer(200, json_of(*change)) : refused(change.error());
}

ApiAnswer ControlApi::show(const ApiCall& call) const {
  const auto file = parts_.fleet.file();
  const auto camera = std::ranges::find(file->cameras, call.rest, &config::CameraConfig::id);
  if (camera == file->cameras.end()) {
    return answer(404, {{"error", fmt::format("no camera is called '{}'", call.rest)}});
  }
  auto json = regions_json(*camera);
  json["writable"] = parts_.reloader.writable();
  return answer(200, json);
}

ApiAnswer ControlApi::draw(const ApiCall& call) const {
  const auto body = object_of(call);
  if (!body.is_object() || body.size() != 1 || !body.contains("regions")) {
    return misunderstood(R"(expected {"regions": [{"name": "...", "polygon": [[x, y], ...]}, ...]})");
  }
  const auto regions = regions_yaml(body["regions"]);
  if (!regions) return misunderstood(regions.error().message);
  const auto yaml = config::block_entry("regions", *regions, 0);
  const auto change = parts_.reloader.change(
      with_regions(call.rest, regions->items.empty() ? std::nullopt : std::optional(*regions)));
  if (!change) return refused(change.error(), yaml);
  Json json = {{"yaml", yaml}};
  json.update(json_of(*change));
  return answer(200, json);
}

}  // namespace kinesight::infer
