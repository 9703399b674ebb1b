#include "infer/coverage/view.h"

#include <algorithm>

#include "infer/coverage/schema.h"

namespace kinesight::infer {
namespace {

/// A service that has not written for so long does not run.
constexpr std::int64_t kSilentMs = 15'000;
/// A camera whose last frame is older has an outage, though nothing has failed yet.
constexpr std::int64_t kNoFrameMs = 60'000;

using storage::Database;

Result<std::vector<std::string>> camera_ids(Database& database, const std::string& camera_id) {
  auto rows =
      database.prepare("SELECT camera_id FROM cameras WHERE ?1 IN ('', camera_id) ORDER BY camera_id");
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, camera_id);
  std::vector<std::string> ids;
  auto row = rows->step();
  for (; row && *row; row = rows->step()) ids.push_back(rows->text(0));
  if (!row) return std::unexpected(row.error());
  return ids;
}

Result<CameraStanding> standing_of(Database& database, const std::string& camera_id) {
  auto row = database.prepare("SELECT written_ms, watching, open_ms FROM cameras WHERE camera_id = ?");
  if (!row) return std::unexpected(row.error());
  const auto found = row->bind(1, camera_id).step();
  if (!found) return std::unexpected(found.error());
  return CameraStanding{row->integer(0), parse_watching(row->text(1)), row->integer(2)};
}

/// Those that reach into the range, and one before and after each, so that no hole at an edge is overlooked.
Result<Spans> spans_of(Database& database, const std::string& camera_id, const CoverageRange& range) {
  auto rows = database.prepare(
      "SELECT begin_ms, end_ms, reason, backfilled, tries FROM spans WHERE camera_id = ?1 AND begin_ms <= "
      "coalesce((SELECT min(begin_ms) FROM spans WHERE camera_id = ?1 AND begin_ms > ?3), ?3) AND begin_ms "
      ">= "
      "coalesce((SELECT max(begin_ms) FROM spans WHERE camera_id = ?1 AND begin_ms < ?2), ?2) "
      "ORDER BY begin_ms");
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, camera_id).bind(2, range.since_ms).bind(3, range.until_ms);
  return spans_in(*rows);
}

Result<CoverageReport> report_of(Database& database, const std::string& camera_id,
                                 const CoverageRange& range) {
  const auto standing = standing_of(database, camera_id);
  if (!standing) return std::unexpected(standing.error());
  auto spans = spans_of(database, camera_id, range);
  if (!spans) return std::unexpected(spans.error());
  const auto until = std::min(range.until_ms, range.now_ms);
  spans = clip(without_holes(std::move(*spans), *standing, range.now_ms), range.since_ms, until);
  return CoverageReport{camera_id, range.since_ms, range.until_ms, std::move(*spans)};
}

}  // namespace

Spans without_holes(Spans spans, const CameraStanding& standing, std::int64_t now_ms) {
  if (!spans.empty()) spans = with_missed(spans, spans.front().begin_ms, spans.back().end_ms, "stopped");
  const auto end = spans.empty() ? standing.open_ms : spans.back().end_ms;
  const bool runs = standing.watching != Watching::stopped && now_ms - standing.written_ms <= kSilentMs;
  if (!runs) return with_missed(spans, end, now_ms, "stopped");
  if (standing.watching == Watching::ended) return spans;
  // What lies before the outage that goes on is from another run.
  const auto begun = std::max(standing.open_ms, end);
  spans = with_missed(spans, end, std::min(begun, now_ms), "stopped");
  const bool away = standing.watching == Watching::offline || now_ms - begun > kNoFrameMs;
  return away ? with_missed(spans, begun, now_ms, "offline") : spans;
}

Result<std::vector<CoverageReport>> CoverageView::reports(const CoverageRange& range,
                                                          const std::string& camera_id) const {
  auto database = read_coverage_database(directory_);
  if (!database) return std::unexpected(database.error());
  std::vector<CoverageReport> reports;
  if (!*database) return reports;
  const auto ids = camera_ids(**database, camera_id);
  if (!ids) return std::unexpected(ids.error());
  for (const auto& id : *ids) {
    auto report = report_of(**database, id, range);
    if (!report) return std::unexpected(report.error());
    reports.push_back(std::move(*report));
  }
  return reports;
}

}  // namespace kinesight::infer
