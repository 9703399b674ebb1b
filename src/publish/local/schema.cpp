#include "publish/local/schema.h"

#include <array>

namespace kinesight::publish {
namespace {

constexpr const char* kFile = "events.db";

// An event is its envelope, as text; the other columns are for finding it. A picture's row is what retention
// counts.
constexpr std::string_view kVersion1 = R"(
CREATE TABLE events(
  event_id TEXT PRIMARY KEY,
  ts_ms INTEGER NOT NULL,
  camera_id TEXT NOT NULL,
  type TEXT NOT NULL,
  label TEXT NOT NULL,
  snapshot TEXT,            -- The key of its picture, which then is there; NULL for none.
  envelope TEXT NOT NULL    -- As event::to_json() wrote it.
);
CREATE INDEX events_by_time ON events(ts_ms);
CREATE INDEX events_by_camera ON events(camera_id, ts_ms);
CREATE TABLE snapshots(
  key TEXT PRIMARY KEY,
  ts_ms INTEGER NOT NULL,   -- Not before any event that names it.
  bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX snapshots_by_time ON snapshots(ts_ms, bytes);
)";

// A new version is a further row, never a change of one that has been released.
constexpr std::array kMigrations = {kVersion1};

}  // namespace

Result<storage::Database> open_events_database(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorKind::denied, "cannot make the folder {} of the local store: {}", directory.string(),
                error.message());
  }
  auto database = storage::Database::open(directory / kFile, storage::Database::Mode::read_write);
  if (!database) return database;
  if (auto migrated = database->migrate(kMigrations); !migrated) return std::unexpected(migrated.error());
  return database;
}

Result<std::optional<storage::Database>> read_events_database(const std::filesystem::path& directory) {
  auto database = storage::Database::open(directory / kFile, storage::Database::Mode::read_only);
  if (!database) return std::unexpected(database.error());
  const auto version = database->value("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == 0) return std::nullopt;
  const auto known = static_cast<std::int64_t>(kMigrations.size());
  if (*version > known) {
    return fail(ErrorKind::invalid, "database {}: expected schema version 1 to {}, found {}",
                (directory / kFile).string(), known, *version);
  }
  return std::move(*database);
}

}  // namespace kinesight::publish
