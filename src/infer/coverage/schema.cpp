#include "infer/coverage/schema.h"

#include <array>

namespace kinesight::infer {
namespace {

constexpr const char* kFile = "coverage.db";

// The spans of a camera do not overlap. A camera's row says how it stood when the service last wrote.
constexpr std::string_view kVersion1 = R"(
CREATE TABLE spans(
  camera_id TEXT NOT NULL,
  begin_ms INTEGER NOT NULL,     -- Capture time, Unix milliseconds.
  end_ms INTEGER NOT NULL,
  reason TEXT NOT NULL,          -- Why it was not watched as it happened; empty: it was.
  backfilled INTEGER NOT NULL,   -- 1: it was watched later.
  tries INTEGER NOT NULL,        -- How often watching it later was tried.
  PRIMARY KEY(camera_id, begin_ms)
) WITHOUT ROWID;
CREATE INDEX missed_spans ON spans(camera_id, tries, begin_ms) WHERE reason <> '' AND backfilled = 0;
CREATE TABLE cameras(
  camera_id TEXT PRIMARY KEY,
  written_ms INTEGER NOT NULL,   -- When, by the service's clock.
  watching TEXT NOT NULL,        -- yes, offline, ended, stopped.
  open_ms INTEGER NOT NULL       -- What came after this was not decided yet.
) WITHOUT ROWID;
)";

// A new version is a further row, never a change of one that has been released.
constexpr std::array kMigrations = {kVersion1};

}  // namespace

Result<storage::Database> open_coverage_database(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorKind::denied, "cannot make the folder {} of the coverage record: {}", directory.string(),
                error.message());
  }
  auto database = storage::Database::open(directory / kFile, storage::Database::Mode::read_write);
  if (!database) return database;
  if (auto migrated = database->migrate(kMigrations); !migrated) return std::unexpected(migrated.error());
  return database;
}

Result<std::optional<storage::Database>> read_coverage_database(const std::filesystem::path& directory) {
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

}  // namespace kinesight::infer
