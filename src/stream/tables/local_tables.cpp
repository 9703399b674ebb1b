#include "stream/tables/local_tables.h"

#include "stream/tables/dead_letter.h"
#include "stream/tables/local_schema.h"
#include "stream/windows/rows.h"

namespace kinesight::stream {
namespace {

Result<> delete_expired(storage::Database& database, std::int64_t now) {
  auto statement = database.prepare("DELETE FROM realtime WHERE expires <> 0 AND expires <= ?1");
  if (!statement) return std::unexpected(statement.error());
  return statement->bind(1, now).run();
}

Result<> write_measurements(storage::Database& database, std::span<const Measurement> measurements) {
  auto statement = database.prepare(
      "INSERT INTO realtime(key, timestamp, expires, fields) VALUES(?1, ?2, ?3, ?4) "
      "ON CONFLICT DO UPDATE SET expires = ?3, fields = ?4");
  if (!statement) return std::unexpected(statement.error());
  for (const Measurement& one : measurements) {
    statement->bind(1, one.key).bind(2, one.timestamp).bind(3, one.expires).bind(4, one.fields.dump());
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<> write_windows(storage::Database& database, const TableColumns& columns,
                       std::span<const WindowResult> results) {
  auto statement = database.prepare(
      "INSERT INTO windows(key, window_start, row) VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET row = ?3");
  if (!statement) return std::unexpected(statement.error());
  for (const WindowResult& one : results) {
    const std::string row = row_of(columns.key, columns.aggregates, one).dump();
    statement->bind(1, one.key).bind(2, window_bound(one.start_ms)).bind(3, row);
    if (auto done = statement->run(); !done) return done;
  }
  return {};
}

Result<> write_dead_letters(storage::Database& database, std::span<const DeadLetter> letters) {
  auto statement = database.prepare(
      "INSERT INTO dead_letters(error_id, error_timestamp, error_message, record_data) VALUES(?1, ?2, ?3, "
      "?4) ON CONFLICT DO UPDATE SET error_timestamp = ?2, error_message = ?3, record_data = ?4");
  if (!statement) return std::unexpected(statement.error());
  for (const DeadLetter& whole : letters) {
    const DeadLetter one = bounded(whole);
    statement->bind(1, one.error_id).bind(2, one.error_timestamp).bind(3, one.error_message);
    if (auto done = statement->bind(4, one.record_data).run(); !done) return done;
  }
  return {};
}

Result<std::vector<Measurement>> find_latest(storage::Database& database, const std::string& key, int limit,
                                             std::int64_t now) {
  auto statement = database.prepare(
      "SELECT timestamp, expires, fields FROM realtime WHERE key = ?1 AND (expires = 0 OR expires > ?2) "
      "ORDER BY timestamp DESC LIMIT ?3");
  if (!statement) return std::unexpected(statement.error());
  statement->bind(1, key).bind(2, now).bind(3, std::int64_t{limit});
  std::vector<Measurement> found;
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    auto fields = nlohmann::json::parse(statement->text(2), nullptr, false);
    if (!fields.is_object()) {
      return fail(ErrorKind::corrupt, "database {}: expected the fields of {} at {} as JSON, found another",
                  database.path().string(), key, statement->integer(0));
    }
    found.push_back({key, statement->integer(0), statement->integer(1), std::move(fields)});
  }
}

}  // namespace

Result<std::unique_ptr<LocalTables>> LocalTables::open(const std::filesystem::path& directory,
                                                       TableColumns columns, telemetry::Telemetry telemetry,
                                                       Clock& clock) {
  auto database = open_local_tables(directory);
  if (!database) return std::unexpected(database.error());
  return std::unique_ptr<LocalTables>(
      new LocalTables(std::move(*database), std::move(columns), telemetry, clock));
}

LocalTables::LocalTables(storage::Database database, TableColumns columns, telemetry::Telemetry telemetry,
                         Clock& clock)
    : database_(std::move(database)),
      columns_(std::move(columns)),
      clock_(&clock),
      patience_(database_.path().filename().string(), clock, telemetry) {}

Result<> LocalTables::write(const std::function<Result<>(storage::Database&)>& into, std::size_t count,
                            std::stop_token stop) {
  if (count == 0) return {};
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped before {} items were written", count);
  Backoff pauses(kTablePauses, Rng::from_entropy());
  const auto once = [&]() -> Result<> {
    const std::lock_guard lock(mutex_);
    auto transaction = storage::Transaction::begin(database_);
    if (!transaction) return std::unexpected(transaction.error());
    if (auto written = into(database_); !written) return written;
    return transaction->commit();
  };
  while (true) {
    const auto done = once();
    if (done) break;
    if (done.error().kind != ErrorKind::unavailable) return done;
    if (auto waited = patience_.wait(pauses, done.error(), stop); !waited) return waited;
  }
  patience_.written(count);
  return {};
}

Result<> LocalTables::put_measurements(std::span<const Measurement> measurements, std::stop_token stop) {
  const auto now = static_cast<std::int64_t>(clock_->wall_seconds());
  const auto into = [&](storage::Database& database) {
    auto deleted = delete_expired(database, now);
    return deleted ? write_measurements(database, measurements) : deleted;
  };
  return write(into, measurements.size(), std::move(stop));
}

Result<> LocalTables::put_windows(std::span<const WindowResult> results, std::stop_token stop) {
  return write([&](storage::Database& database) { return write_windows(database, columns_, results); },
               results.size(), std::move(stop));
}

Result<> LocalTables::put_dead_letters(std::span<const DeadLetter> letters, std::stop_token stop) {
  return write([&](storage::Database& database) { return write_dead_letters(database, letters); },
               letters.size(), std::move(stop));
}

Result<std::vector<Measurement>> LocalTables::latest(const std::string& key, int limit, std::int64_t now,
                                                     std::stop_token) {
  const std::lock_guard lock(mutex_);
  return find_latest(database_, key, limit, now);
}

Result<std::vector<Measurement>> read_local_latest(const std::filesystem::path& directory,
                                                   const std::string& key, int limit, std::int64_t now) {
  auto database = read_local_tables(directory);
  if (!database) return std::unexpected(database.error());
  if (!*database) return std::vector<Measurement>();
  return find_latest(**database, key, limit, now);
}

}  // namespace kinesight::stream
