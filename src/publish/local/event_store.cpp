#include "publish/local/event_store.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "publish/local/schema.h"
#include "publish/local/snapshot_folder.h"

namespace kinesight::publish {
namespace {

/// The query as SQL: a condition for each field that is set, so that the index for it is used.
std::string sql_of(const event::Query& query) {
  std::string sql = "SELECT envelope FROM events WHERE ts_ms >= ?1 AND ts_ms < ?2";
  if (!query.camera_id.empty()) sql += " AND camera_id = ?3";
  if (!query.type.empty()) sql += " AND type = ?4";
  if (!query.label.empty()) sql += " AND label = ?5";
  if (!query.event_id.empty()) sql += " AND event_id = ?7";
  // Rows whose envelope does not hold it anywhere are sorted out before their JSON is taken apart.
  if (!query.text.empty()) {
    sql +=
        " AND (camera_id LIKE ?8 ESCAPE '!' OR type LIKE ?8 ESCAPE '!' OR label LIKE ?8 ESCAPE '!'"
        " OR (envelope LIKE ?9 ESCAPE '!' AND EXISTS (SELECT 1 FROM json_tree(envelope, '$.payload.extras') "
        "AS"
        " extra WHERE extra.type = 'text' AND extra.atom LIKE ?8 ESCAPE '!')))";
  }
  // The id makes the order of one moment's events the same each time.
  sql += query.order == event::Order::newest_first ? " ORDER BY ts_ms DESC, event_id"
                                                   : " ORDER BY ts_ms, event_id";
  return sql + " LIMIT ?6";
}

/// What LIKE takes for "holds this somewhere"; it takes A to Z for a to z, as event::matches() does.
std::string pattern_of(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern += '!';
    pattern += c;
  }
  return pattern + '%';
}

/// `text` as it stands in JSON, without its quotes.
std::string in_json(const std::string& text) {
  const std::string quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

void bind(storage::Statement& statement, const event::Query& query) {
  using Limits = std::numeric_limits<std::int64_t>;
  statement.bind(1, query.since_ms.value_or(Limits::min())).bind(2, query.until_ms.value_or(Limits::max()));
  if (!query.camera_id.empty()) statement.bind(3, query.camera_id);
  if (!query.type.empty()) statement.bind(4, query.type);
  if (!query.label.empty()) statement.bind(5, query.label);
  if (!query.event_id.empty()) statement.bind(7, query.event_id);
  if (!query.text.empty()) {
    statement.bind(8, pattern_of(query.text)).bind(9, pattern_of(in_json(query.text)));
  }
  statement.bind(6, query.limit == 0 ? std::int64_t{-1} : static_cast<std::int64_t>(query.limit));
}

}  // namespace

Result<> EventStore::each(const event::Query& query,
                          const std::function<bool(std::string_view json)>& take) const {
  auto database = read_events_database(directory_);
  if (!database) return std::unexpected(database.error());
  if (!*database) return {};
  auto rows = (*database)->prepare(sql_of(query));
  if (!rows) return std::unexpected(rows.error());
  bind(*rows, query);
  auto row = rows->step();
  while (row && *row && take(rows->text(0))) row = rows->step();
  if (!row) return std::unexpected(row.error());
  return {};
}

Result<std::vector<event::Envelope>> EventStore::events(const event::Query& query) const {
  std::vector<event::Envelope> found;
  Result<> parsed;
  const auto read = each(query, [&](std::string_view json) {
    auto envelope = event::parse_envelope(json);
    if (!envelope) {
      parsed = std::unexpected(envelope.error());
      return false;
    }
    found.push_back(std::move(*envelope));
    return true;
  });
  if (!read) return std::unexpected(read.error());
  if (!parsed) return std::unexpected(parsed.error());
  return found;
}

Result<std::vector<std::uint8_t>> EventStore::snapshot(const std::string& key) const {
  return SnapshotFolder(directory_).read(key);
}

}  // namespace kinesight::publish
