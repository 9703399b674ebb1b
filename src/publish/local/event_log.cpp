#include "publish/local/event_log.h"

#include <algorithm>

#include "publish/local/schema.h"

namespace kinesight::publish {
namespace {

// What an event without a picture takes, its index entries included: measured at 700 to 800 bytes.
constexpr std::int64_t kEventBytes = 750;

}  // namespace

Result<EventLog> EventLog::open(const std::filesystem::path& directory) {
  auto database = open_events_database(directory);
  if (!database) return std::unexpected(database.error());
  return EventLog(std::move(*database));
}

Result<bool> EventLog::contains(std::string_view event_id) {
  auto statement = database_.prepare("SELECT 1 FROM events WHERE event_id = ?");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, event_id).step();
}

Result<> EventLog::add(const event::Envelope& envelope, std::string_view snapshot_key) {
  auto statement = database_.prepare(
      "INSERT INTO events(event_id, ts_ms, camera_id, type, label, snapshot, envelope) VALUES(?, ?, ?, ?, ?, "
      "?, ?)");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, envelope.event_id)
      .bind(2, envelope.payload.ts_ms)
      .bind(3, envelope.camera_id)
      .bind(4, envelope.payload.type)
      .bind(5, envelope.payload.label)
      .bind(7, event::to_json(envelope));
  if (!snapshot_key.empty()) statement->bind(6, snapshot_key);
  return statement->run();
}

Result<bool> EventLog::contains_snapshot(std::string_view key) {
  auto statement = database_.prepare("SELECT 1 FROM snapshots WHERE key = ?");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, key).step();
}

Result<> EventLog::add_snapshot(std::string_view key, std::int64_t ts_ms, std::int64_t bytes) {
  auto statement = database_.prepare("INSERT OR REPLACE INTO snapshots(key, ts_ms, bytes) VALUES(?, ?, ?)");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, key).bind(2, ts_ms).bind(3, bytes).run();
}

Result<std::int64_t> EventLog::bytes() {
  std::int64_t pages = 0;
  for (const auto& [sql, sign] :
       {std::pair{"PRAGMA page_count", 1}, std::pair{"PRAGMA freelist_count", -1}}) {
    const auto count = database_.value(sql);
    if (!count) return count;
    pages += sign * *count;
  }
  const auto page_size = database_.value("PRAGMA page_size");
  if (!page_size) return page_size;
  const auto pictures = database_.value("SELECT total(bytes) FROM snapshots");
  if (!pictures) return pictures;
  return pages * *page_size + *pictures;
}

Result<std::optional<std::int64_t>> EventLog::time_to_free(std::int64_t excess) {
  auto rows = database_.prepare(
      "SELECT ts_ms, bytes FROM snapshots UNION ALL SELECT ts_ms, ?1 FROM events ORDER BY ts_ms");
  if (!rows) return std::unexpected(rows.error());
  rows->bind(1, kEventBytes);
  std::optional<std::int64_t> end;
  while (excess > 0) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    end = rows->integer(0) + 1;
    excess -= rows->integer(1);
  }
  return end;
}

Result<std::int64_t> EventLog::slice_end(std::int64_t ts_ms, std::int64_t limit) {
  auto row = database_.prepare(
      "SELECT ts_ms FROM events WHERE ts_ms < ?1 UNION ALL SELECT ts_ms FROM snapshots WHERE ts_ms < ?1 "
      "ORDER BY ts_ms LIMIT 1 OFFSET ?2");
  if (!row) return std::unexpected(row.error());
  row->bind(1, ts_ms).bind(2, limit - 1);
  const auto found = row->step();
  if (!found) return std::unexpected(found.error());
  return *found ? row->integer(0) + 1 : ts_ms;
}

Result<Deleted> EventLog::delete_before(std::int64_t ts_ms, std::int64_t limit) {
  const auto end = slice_end(ts_ms, limit);
  if (!end) return std::unexpected(end.error());
  auto transaction = begin();
  if (!transaction) return std::unexpected(transaction.error());

  Deleted deleted;
  auto pictures = database_.prepare("DELETE FROM snapshots WHERE ts_ms < ? RETURNING key");
  if (!pictures) return std::unexpected(pictures.error());
  pictures->bind(1, *end);
  auto row = pictures->step();
  for (; row && *row; row = pictures->step()) deleted.snapshot_keys.push_back(pictures->text(0));
  if (!row) return std::unexpected(row.error());
  pictures->reset();

  auto events = database_.prepare("DELETE FROM events WHERE ts_ms < ?");
  if (!events) return std::unexpected(events.error());
  if (auto done = events->bind(1, *end).run(); !done) return std::unexpected(done.error());
  deleted.events = database_.changes();
  if (auto done = transaction->commit(); !done) return std::unexpected(done.error());
  // Gives the pages back to the disk; if it cannot, they are used again later.
  if (!deleted.empty()) (void)database_.execute("PRAGMA incremental_vacuum");
  return deleted;
}

}  // namespace kinesight::publish
