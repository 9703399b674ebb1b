#include "infer/coverage/store.h"

#include <algorithm>
#include <array>
#include <utility>

#include "infer/coverage/schema.h"

namespace kinesight::infer {
namespace {

constexpr std::array kWords = {std::pair{Watching::yes, "yes"}, std::pair{Watching::offline, "offline"},
                               std::pair{Watching::ended, "ended"}, std::pair{Watching::stopped, "stopped"}};
constexpr double kDayMs = 86'400'000;

}  // namespace

std::string_view to_string(Watching watching) {
  return std::ranges::find(kWords, watching, [](const auto& word) { return word.first; })->second;
}

Watching parse_watching(std::string_view text) {
  const auto found = std::ranges::find(kWords, text, [](const auto& word) { return word.second; });
  return found == kWords.end() ? Watching::stopped : found->first;
}

Result<CoverageStore> CoverageStore::open(const std::filesystem::path& directory) {
  auto database = open_coverage_database(directory);
  if (!database) return std::unexpected(database.error());
  return CoverageStore(std::move(*database));
}

Result<std::int64_t> CoverageStore::add(const std::string& camera_id, const Spans& spans) {
  if (spans.empty()) return 0;
  std::int64_t begin = spans.front().begin_ms, end = spans.front().end_ms;
  for (const auto& span : spans) {  // Not in order where the camera's clock was set back.
    begin = std::min(begin, span.begin_ms);
    end = std::max(end, span.end_ms);
  }
  const auto before = end_before(camera_id, begin);
  if (!before) return std::unexpected(before.error());
  const auto known_to = std::min(before->value_or(begin), begin);
  auto done = edit(camera_id, known_to, end, [&](Spans known) {
    known = with_missed(known, known_to, begin, "stopped");
    for (const auto& span : spans) {
      known = span.reason.empty() ? with_watched(known, span.begin_ms, span.end_ms)
                                  : with_missed(known, span.begin_ms, span.end_ms, span.reason);
    }
    return known;
  });
  if (!done) return std::unexpected(done.error());
  return begin - known_to;
}

Result<> CoverageStore::stand(const std::string& camera_id, const CameraStanding& standing) {
  auto statement = database_.prepare(
      "INSERT INTO cameras(camera_id, written_ms, watching, open_ms) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO "
      "UPDATE SET written_ms = ?2, watching = ?3, open_ms = ?4");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, camera_id).bind(2, standing.written_ms).bind(3, to_string(standing.watching));
  return statement->bind(4, standing.open_ms).run();
}

Result<std::optional<Span>> CoverageStore::next_missed(const std::string& camera_id, std::int64_t from_ms,
                                                       std::int64_t to_ms, std::int64_t min_ms,
                                                       int max_tries) {
  auto row = database_.prepare(
      "SELECT max(begin_ms, ?2), end_ms, reason, tries FROM spans WHERE camera_id = ?1 AND reason <> '' AND "
      "backfilled = 0 AND tries < ?5 AND end_ms <= ?3 AND end_ms - max(begin_ms, ?2) >= ?4 "
      "ORDER BY tries, begin_ms LIMIT 1");
  if (!row) return std::unexpected(row.error());
  row->bind(1, camera_id).bind(2, from_ms).bind(3, to_ms).bind(4, min_ms);
  row->bind(5, static_cast<std::int64_t>(max_tries));
  const auto found = row->step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::nullopt;
  return Span{.begin_ms = row->integer(0),
              .end_ms = row->integer(1),
              .reason = row->text(2),
              .tries = static_cast<int>(row->integer(3))};
}

Result<> CoverageStore::backfilled(const std::string& camera_id, std::int64_t begin_ms, std::int64_t end_ms,
                                   const Spans& watched) {
  auto transaction = begin();
  if (!transaction) return std::unexpected(transaction.error());
  auto done = edit(camera_id, begin_ms, end_ms, [&](Spans known) {
    for (const auto& span : watched) known = with_backfilled(known, span.begin_ms, span.end_ms);
    return with_try(known, begin_ms, end_ms);
  });
  if (!done) return done;
  return transaction->commit();
}

Result<std::int64_t> CoverageStore::retain(const CoverageLimits& limits, std::int64_t now_ms) {
  const auto before_ms = now_ms - static_cast<std::int64_t>(limits.days * kDayMs);
  auto old = database_.prepare("DELETE FROM spans WHERE end_ms < ?");
  if (!old) return std::unexpected(old.error());
  if (auto done = old->bind(1, before_ms).run(); !done) return std::unexpected(done.error());
  auto deleted = database_.changes();
  // A camera that is no more is forgotten with the last of its spans.
  auto gone = database_.prepare(
      "DELETE FROM cameras WHERE written_ms < ?1 AND NOT EXISTS (SELECT 1 FROM spans WHERE spans.camera_id = "
      "cameras.camera_id)");
  if (!gone) return std::unexpected(gone.error());
  if (auto done = gone->bind(1, before_ms).run(); !done) return std::unexpected(done.error());
  const auto thinned = thin_out(limits.spans);
  if (!thinned) return thinned;
  deleted += *thinned;
  // Gives the pages back to the disk; if it cannot, they are used again later.
  if (deleted > 0) (void)database_.execute("PRAGMA incremental_vacuum");
  return deleted;
}

Result<std::int64_t> CoverageStore::thin_out(std::int64_t keep) {
  auto cameras = database_.prepare("SELECT camera_id FROM spans GROUP BY camera_id HAVING count(*) > ?");
  if (!cameras) return std::unexpected(cameras.error());
  cameras->bind(1, keep);
  std::vector<std::string> full;
  auto row = cameras->step();
  for (; row && *row; row = cameras->step()) full.push_back(cameras->text(0));
  if (!row) return std::unexpected(row.error());

  auto surplus = database_.prepare(
      "DELETE FROM spans WHERE camera_id = ?1 AND begin_ms <= (SELECT begin_ms FROM spans WHERE camera_id = "
      "?1 "
      "ORDER BY begin_ms DESC LIMIT 1 OFFSET ?2)");
  if (!surplus) return std::unexpected(surplus.error());
  std::int64_t deleted = 0;
  for (const auto& camera_id : full) {
    if (auto done = surplus->bind(1, camera_id).bind(2, keep).run(); !done)
      return std::unexpected(done.error());
    deleted += database_.changes();
  }
  return deleted;
}

Result<std::optional<std::int64_t>> CoverageStore::end_before(const std::string& camera_id,
                                                              std::int64_t time_ms) {
  auto row = database_.prepare(
      "SELECT end_ms FROM spans WHERE camera_id = ? AND begin_ms <= ? ORDER BY begin_ms DESC LIMIT 1");
  if (!row) return std::unexpected(row.error());
  const auto found = row->bind(1, camera_id).bind(2, time_ms).step();
  if (!found) return std::unexpected(found.error());
  return *found ? std::optional(row->integer(0)) : std::nullopt;
}

Result<> CoverageStore::edit(const std::string& camera_id, std::int64_t begin_ms, std::int64_t end_ms,
                             const Change& change) {
  auto known = take_out(camera_id, begin_ms, end_ms);
  if (!known) return std::unexpected(known.error());
  return put_in(camera_id, change(std::move(*known)));
}

Result<Spans> CoverageStore::take_out(const std::string& camera_id, std::int64_t begin_ms,
                                      std::int64_t end_ms) {
  // Spans do not overlap, so that at most one that begins before begin_ms touches it.
  auto rows = database_.prepare(
      "DELETE FROM spans WHERE camera_id = ?1 AND begin_ms <= ?3 AND end_ms >= ?2 AND begin_ms >= coalesce("
      "(SELECT max(begin_ms) FROM spans WHERE camera_id = ?1 AND begin_ms < ?2), ?2) "
      "RETURNING begin_ms, end_ms, reason, backfilled, tries");
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, camera_id).bind(2, begin_ms).bind(3, end_ms);
  auto spans = spans_in(*rows);
  if (spans) std::ranges::sort(*spans, {}, &Span::begin_ms);  // RETURNING promises no order.
  return spans;
}

Result<> CoverageStore::put_in(const std::string& camera_id, const Spans& spans) {
  auto statement = database_.prepare(
      "INSERT INTO spans(camera_id, begin_ms, end_ms, reason, backfilled, tries) VALUES(?, ?, ?, ?, ?, ?)");
  if (!statement) return std::unexpected(statement.error());
  for (const auto& span : spans) {
    statement->bind(1, camera_id).bind(2, span.begin_ms).bind(3, span.end_ms).bind(4, span.reason);
    statement->bind(5, std::int64_t{span.backfilled}).bind(6, std::int64_t{span.tries});
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

}  // namespace kinesight::infer
