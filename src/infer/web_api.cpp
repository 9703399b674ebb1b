#include "infer/web_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "infer/coverage/view.h"
#include "telemetry/catalog.h"
#include "vision/annotate.h"
#include "vision/picture.h"

namespace kinesight::infer {
namespace {

constexpr int kTileQuality = 80;

/// The picture of `seen` with its boxes, as JPEG.
Result<http::Bytes> draw(const AnnotatedFrame& seen, int max_width) {
  cv::Mat picture = vision::to_bgr(seen.frame.view, max_width);
  vision::annotate(picture, seen.detections, static_cast<double>(picture.cols) / seen.frame.view.width);
  return vision::encode_jpeg(picture, kTileQuality);
}

http::CameraCoverage shown(const CoverageReport& report) {
  const auto seconds = [](std::int64_t ms) { return static_cast<double>(ms) / 1000; };
  const auto totals = report.totals();
  http::CameraCoverage coverage{.camera_id = report.camera_id,
                                .share = totals.share(),
                                .live_seconds = seconds(totals.live_ms),
                                .backfilled_seconds = seconds(totals.backfilled_ms)};
  for (const auto& [reason, length] : totals.missed_ms) coverage.missed_seconds[reason] = seconds(length);
  if (report.spans.empty()) return coverage;
  coverage.begin_ms = report.spans.front().begin_ms;
  coverage.end_ms = report.spans.back().end_ms;
  for (const auto& span : report.spans) {
    if (span.reason.empty()) continue;
    coverage.unwatched.push_back({span.begin_ms, span.end_ms, span.reason, span.backfilled});
  }
  return coverage;
}

}  // namespace

http::ApiSources WebApi::sources() const {
  http::ApiSources sources;
  sources.health = [this] { return health(); };
  sources.metrics_text = [this] { return metrics_text(); };
  sources.cameras = [this] { return fleet_.statuses(); };
  sources.latest_picture = [this](const std::string& camera_id) { return latest_picture(camera_id); };
  sources.coverage = [this](const http::CoverageQuery& query) { return coverage(query); };
  sources.feed = &feed_;
  for (const auto& publisher : publishers_.all) {
    if (const auto* archive = publisher->archive()) {
      sources.events = [archive](const event::Query& query) { return archive->events(query); };
      sources.snapshot = [archive](const std::string& key) { return archive->snapshot(key); };
    }
  }
  return sources;
}

http::HealthReport WebApi::health() const { return {telemetry_.health.state(), telemetry_.health.reasons()}; }

std::string WebApi::metrics_text() const {
  std::set<std::string> ids;
  for (const auto& camera : fleet_.statuses()) {
    ids.insert(camera.id);
    for (const auto state : http::kCameraStates) {
      telemetry_.metrics.set(telemetry::kCameraState, {camera.id, state}, camera.state == state ? 1 : 0);
    }
  }
  for (const auto& series : telemetry_.metrics.series(telemetry::kCameraState)) {
    // One that left while its state was told, and so began its series anew.
    if (!ids.contains(series.labels.front())) telemetry_.metrics.forget("camera_id", series.labels.front());
  }
  telemetry_.metrics.set(telemetry::kModelsAwaited, {}, static_cast<double>(engine_.waiting()));
  return telemetry_.metrics.text();
}

Result<std::vector<http::CameraCoverage>> WebApi::coverage(const http::CoverageQuery& query) const {
  const auto file = fleet_.file();
  const auto& cameras = file->cameras;
  const auto configured = [&](const std::string& id) {
    return std::ranges::find(cameras, id, &config::CameraConfig::id) != cameras.end();
  };
  if (!query.camera_id.empty() && !configured(query.camera_id)) {
    return fail(ErrorKind::not_found, "no camera is called '{}'", query.camera_id);
  }
  const auto reports = CoverageView(file->service.state_directory)
                           .reports({query.since_ms, query.until_ms, clock_.wall_ms()}, query.camera_id);
  if (!reports) return std::unexpected(reports.error());
  std::vector<http::CameraCoverage> coverage;
  for (const auto& report : *reports) {
    if (configured(report.camera_id)) coverage.push_back(shown(report));
  }
  return coverage;
}

Result<http::LatestPicture> WebApi::latest_picture(const std::string& camera_id) const {
  const auto worker = supervisor_.find(camera_id);
  if (!worker) return fail(ErrorKind::not_found, "no enabled camera is called '{}'", camera_id);
  auto seen = worker->latest();
  if (!seen) return fail(ErrorKind::unavailable, "camera '{}' has no picture yet", camera_id);
  return http::LatestPicture{
      .version = fmt::format("{}-{}", seen->frame.ts_ms(), seen->frame.sequence),
      .encode = [seen = std::move(seen)](int max_width) { return draw(*seen, max_width); },
  };
}

}  // namespace kinesight::infer
