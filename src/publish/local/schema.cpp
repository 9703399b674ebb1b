#include "publish/local/schema.h"

#include <array>

#include "storage/schema.h"

namespace kinesight::publish {
namespace {

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
constexpr std::array kVersions = {kVersion1};

constexpr storage::Schema kSchema{.file = "events.db", .of = "the local store", .versions = kVersions};

}  // namespace

Result<storage::Database> open_events_database(const std::filesystem::path& directory) {
  return storage::open_to_write(directory, kSchema);
}

Result<std::optional<storage::Database>> read_events_database(const std::filesystem::path& directory) {
  return storage::open_to_read(directory, kSchema);
}

}  // namespace kinesight::publish
