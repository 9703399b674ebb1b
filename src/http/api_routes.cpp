#include "http/api_routes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "event/snapshot_key.h"
#include "http/assets.h"
#include "http/byte_range.h"
#include "http/json.h"
#include "http/openapi.h"
#include "http/query_text.h"

namespace kinesight::http {
namespace {

constexpr const char* kJson = "application/json";
/// What a reader of a long answer may take its time for.
constexpr std::size_t kPartBytes = 64 * 1024;

/// Answers with what may change at any time and is nobody else's business.
void answer(httplib::Response& response, const std::string& body, const char* type) {
  response.set_header("Cache-Control", "no-store");
  response.set_content(body, type);
}

/// Sets the ETag; true when the client has this very version, and is told so.
bool unchanged(const httplib::Request& request, httplib::Response& response, std::string_view version) {
  const std::string tag = fmt::format("\"{}\"", version);
  response.set_header("ETag", tag);
  response.set_header("Cache-Control",
                      "private, no-cache");  // Keep it, and ask each time whether it has changed.
  if (request.get_header_value("If-None-Match") != tag) return false;
  response.status = 304;
  return true;
}

/// Answers with the part of `file` that the request wants. Nothing is copied: a file may be large, and many
/// may read it.
void answer_part(const httplib::Request& request, httplib::Response& response, const SharedFile& file,
                 const char* type) {
  const auto part = byte_range(request.get_header_value("Range"), file->size());
  response.set_header("Accept-Ranges", "bytes");
  if (!part) {
    response.set_header("Content-Range", fmt::format("bytes */{}", file->size()));
    return answer_error(response, 416, fmt::format("there are {} bytes", file->size()));
  }
  response.set_header("Cache-Control", "private, max-age=60");
  if (part->count < file->size()) {
    response.status = 206;
    response.set_header("Content-Range", fmt::format("bytes {}-{}/{}", part->begin,
                                                     part->begin + part->count - 1, file->size()));
  }
  response.set_content_provider(
      part->count, type,
      [file, begin = part->begin](std::size_t at, std::size_t left, httplib::DataSink& sink) {
        return sink.write(file->data() + begin + at, std::min(left, kPartBytes));
      });
}

const char* content_type(std::string_view name) {
  if (name.ends_with(".html")) return "text/html; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".svg")) return "image/svg+xml";
  return "application/octet-stream";
}

Route asset_route(const Asset& asset, std::string_view path) {
  const auto serve = [asset](const httplib::Request& request, httplib::Response& response, std::string_view) {
    if (unchanged(request, response, asset.hash)) return;
    response.set_content(asset.body.data(), asset.body.size(), content_type(asset.name));
  };
  return {.method = "GET", .pattern = path, .handler = serve, .page = true};
}

Route get(std::string_view pattern, Guard guard, std::string_view described, RouteHandler handler) {
  return {.method = "GET",
          .pattern = pattern,
          .guard = guard,
          .handler = std::move(handler),
          .described = std::string(described)};
}

/// An operation with further parameters, which are read by the table that they come from.
std::string with_parameters(std::string_view described, const std::string& parameters) {
  auto operation = nlohmann::ordered_json::parse(described);
  for (auto& parameter : nlohmann::ordered_json::parse(parameters)) {
    operation["parameters"].push_back(std::move(parameter));
  }
  return operation.dump();
}

/// `route` outlives what is returned.
Route service_route(const ApiRoute& route) {
  const auto serve = [&route](const httplib::Request& request, httplib::Response& response,
                              std::string_view rest) {
    const ApiAnswer answer = route.handler({.method = std::string(route.method),
                                            .path = request.path,
                                            .rest = std::string(rest),
                                            .parameters = request.params,
                                            .content_type = request.get_header_value("Content-Type"),
                                            .body = request.body});
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) response.set_header(name, value);
    if (!response.has_header("Cache-Control")) response.set_header("Cache-Control", "no-store");
    response.set_content(answer.body, answer.content_type);
  };
  return {.method = route.method,
          .pattern = route.pattern,
          .guard = route.needs_token ? Guard::token : Guard::open,
          .handler = serve,
          .max_body_bytes = route.max_body_bytes,
          .own_pages_only = route.method == "POST",
          .described = route.described};
}

}  // namespace

ApiRoutes::ApiRoutes(ApiSources sources, const Access& access, EventStream* stream)
    : sources_(std::move(sources)), access_(access), stream_(stream) {}

std::vector<Route> ApiRoutes::table() {
  std::vector<Route> table;
  add_own(table);
  if (sources_.dashboard) add_dashboard(table);
  for (const ApiRoute& route : sources_.routes) table.push_back(service_route(route));
  table.push_back(get(sources_.about.path, Guard::token, described::kDocument,
                      [this](auto&, auto& response, auto) { answer(response, document_, kJson); }));
  document_ = openapi_document(sources_.service, sources_.about, table);
  return table;
}

void ApiRoutes::add_own(std::vector<Route>& table) {
  if (sources_.health) {
    const RouteHandler handler = [this](auto&, auto& response, auto) { health(response); };
    table.push_back(get("/healthz", Guard::open, described::kHealth, handler));
    table.push_back(get("/health", Guard::open, described::kHealthToo, handler));
  }
  if (sources_.metrics_text) {
    table.push_back(get("/metrics", Guard::open, described::kMetrics,
                        [this](auto&, auto& response, auto) { metrics(response); }));
  }
  if (sources_.cameras) {
    table.push_back(get("/api/cameras", Guard::token, described::kCameras,
                        [this](auto&, auto& response, auto) { cameras(response); }));
  }
  if (sources_.latest_picture) {
    table.push_back(get("/api/cameras/{id}/latest.jpg", Guard::token,
                        with_parameters(described::kLatestPicture, width_parameters()),
                        [this](auto& request, auto& response, auto camera_id) {
                          latest_picture(request, response, std::string(camera_id));
                        }));
  }
  add_events(table);
  if (sources_.coverage) {
    table.push_back(get("/api/coverage", Guard::token,
                        with_parameters(described::kCoverage, coverage_parameters()),
                        [this](auto& request, auto& response, auto) { coverage(request, response); }));
  }
  if (sources_.snapshot) {
    table.push_back(get(
        "/snapshots/{key}", Guard::token, described::kSnapshot,
        [this](auto&, auto& response, auto rest) { snapshot(response, "snapshots/" + std::string(rest)); }));
  }
}

void ApiRoutes::add_events(std::vector<Route>& table) {
  if (stream_) {
    table.push_back(get("/api/events/stream", Guard::token, described::kEventStream,
                        [this](auto& request, auto& response, auto) { stream_->serve(request, response); }));
  }
  if (!sources_.events && !sources_.feed) return;
  table.push_back(get("/api/events", Guard::token, with_parameters(described::kEvents, query_parameters()),
                      [this](auto& request, auto& response, auto) { events(request, response); }));
  if (sources_.footage) {  // Before the route whose name would stand for all of its path.
    table.push_back(get("/api/events/{event_id}/footage.mp4", Guard::token,
                        with_parameters(described::kFootage, footage_parameters()),
                        [this](auto& request, auto& response, auto event_id) {
                          footage(request, response, std::string(event_id));
                        }));
  }
  table.push_back(
      get("/api/events/{event_id}", Guard::token, described::kEvent,
          [this](auto&, auto& response, auto event_id) { event(response, std::string(event_id)); }));
}

void ApiRoutes::add_dashboard(std::vector<Route>& table) const {
  table.push_back({.method = "POST",
                   .pattern = kLogin,
                   .handler = [this](auto& request, auto& response, auto) { login(request, response); },
                   .described = std::string(described::kLogin)});
  for (const Asset& asset : assets()) {
    if (asset.name == "index.html") table.push_back(asset_route(asset, "/"));
    table.push_back(asset_route(asset, asset.path));
  }
}

void ApiRoutes::health(Response& response) const {
  const HealthReport report = sources_.health();
  response.status = report.state == telemetry::HealthState::failed ? 503 : 200;
  answer(response, health_json(report, sources_.service), kJson);
}

void ApiRoutes::metrics(Response& response) const {
  answer(response, sources_.metrics_text(), "text/plain; version=0.0.4; charset=utf-8");
}

void ApiRoutes::cameras(Response& response) const {
  answer(response, cameras_json(sources_.cameras()), kJson);
}

void ApiRoutes::latest_picture(const Request& request, Response& response, const std::string& camera_id) {
  const auto picture = sources_.latest_picture(camera_id);
  if (!picture) return answer_error(response, picture.error());
  const auto asked = parse_width(request.params);
  if (!asked) return answer_error(response, asked.error());
  const int width = round_width(*asked);
  if (unchanged(request, response, fmt::format("{}-{}", picture->version, width))) return;
  const auto jpeg = pictures_.jpeg(camera_id, *picture, width);
  if (!jpeg) return answer_error(response, jpeg.error());
  response.set_content(reinterpret_cast<const char*>((*jpeg)->data()), (*jpeg)->size(), "image/jpeg");
}

void ApiRoutes::events(const Request& request, Response& response) const {
  const auto query = parse_query(request.params, Clock::system().wall_ms());
  if (!query) return answer_error(response, query.error());
  const auto found = find_events(*query);
  if (!found) return answer_error(response, found.error());
  answer(response, events_json(*found), kJson);
}

void ApiRoutes::event(Response& response, const std::string& event_id) const {
  const auto found = find_event(event_id);
  if (!found) return answer_error(response, found.error());
  answer(response, event::to_json(*found), kJson);
}

void ApiRoutes::footage(const Request& request, Response& response, const std::string& event_id) const {
  const auto query = parse_footage_query(request.params);
  if (!query) return answer_error(response, query.error());
  const auto found = find_event(event_id);
  if (!found) return answer_error(response, found.error());
  const auto file = sources_.footage(*found, *query);
  if (file) return answer_part(request, response, *file, "video/mp4");
  const Refusal& refusal = file.error();
  if (refusal.retry_seconds > 0) response.set_header("Retry-After", std::to_string(refusal.retry_seconds));
  answer_error(response, refusal.status, refusal.reason);
}

Result<event::Envelope> ApiRoutes::find_event(const std::string& event_id) const {
  auto found = find_events({.event_id = event_id, .limit = 1});
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return fail(ErrorKind::not_found, "there is no such event, or none any more");
  return std::move(found->front());
}

Result<std::vector<event::Envelope>> ApiRoutes::find_events(const event::Query& query) const {
  if (sources_.events) return sources_.events(query);
  auto items = sources_.feed->recent(std::numeric_limits<std::size_t>::max());
  if (query.order == event::Order::oldest_first) std::ranges::reverse(items);
  std::vector<event::Envelope> found;
  for (const auto& item : items) {
    if (found.size() == query.limit) break;
    if (event::matches(query, *item.envelope)) found.push_back(*item.envelope);
  }
  return found;
}

void ApiRoutes::coverage(const Request& request, Response& response) const {
  const auto query = parse_coverage_query(request.params, Clock::system().wall_ms());
  if (!query) return answer_error(response, query.error());
  const auto cameras = sources_.coverage(*query);
  if (!cameras) return answer_error(response, cameras.error());
  answer(response, coverage_json(*query, *cameras), kJson);
}

void ApiRoutes::snapshot(Response& response, const std::string& key) const {
  if (!event::parse_snapshot_key(key)) return answer_error(response, 404, "no such snapshot");
  const auto jpeg = sources_.snapshot(key);
  if (!jpeg) return answer_error(response, jpeg.error());
  response.set_header("Cache-Control",
                      "private, max-age=86400, immutable");  // A key's picture does not change.
  response.set_content(reinterpret_cast<const char*>(jpeg->data()), jpeg->size(), "image/jpeg");
}

// The token comes in a header rather than in a body, so that another site's form cannot send it, nor a log
// keep it.
void ApiRoutes::login(const Request& request, Response& response) const {
  if (!access_.is_token(request.get_header_value("Authorization"))) {
    return answer_error(response, 401, "that is not this server's token");
  }
  response.status = 204;
  response.set_header("Cache-Control", "no-store");
  response.set_header("Set-Cookie", access_.cookie());
}

}  // namespace kinesight::http
