#include "http/api_routes.h"

#include "base/clock.h"
#include "event/snapshot_key.h"
#include "http/assets.h"
#include "http/json.h"
#include "http/metrics_type.h"
#include "http/openapi.h"
#include "http/query_text.h"
#include "http/route_parts.h"

namespace kinesight::http {
namespace {

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

void ApiRoutes::metrics(Response& response) const { answer(response, sources_.metrics_text(), kMetricsType); }

void ApiRoutes::cameras(Response& response) const {
  answer(response, cameras_json(sources_.cameras()), kJson);
}

void ApiRoutes::latest_picture(const Request& request, Response& response, const std::string& camera_id) {
  const auto asked = parse_width(request.params);
  if (!asked) return answer_error(response, asked.error());
  const auto picture = sources_.latest_picture(camera_id);
  if (!picture) return answer_error(response, picture.error());
  const int width = round_width(*asked);
  if (unchanged(request, response, fmt::format("{}-{}", picture->version, width))) return;
  const auto jpeg = pictures_.jpeg(camera_id, *picture, width);
  if (!jpeg) return answer_error(response, jpeg.error());
  response.set_content(reinterpret_cast<const char*>((*jpeg)->data()), (*jpeg)->size(), "image/jpeg");
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
