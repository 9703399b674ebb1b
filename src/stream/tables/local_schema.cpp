#include "stream/tables/local_schema.h"

#include <array>

#include "storage/schema.h"

namespace kinesight::stream {
namespace {

constexpr std::string_view kVersion1 = R"(
CREATE TABLE realtime(
  key TEXT NOT NULL,
  timestamp INTEGER NOT NULL,      -- Epoch seconds, as is the next.
  expires INTEGER NOT NULL,        -- 0: never.
  fields TEXT NOT NULL,            -- JSON in DynamoDB's form.
  PRIMARY KEY(key, timestamp)
) WITHOUT ROWID;
CREATE INDEX realtime_by_end ON realtime(expires);
CREATE TABLE windows(
  key TEXT NOT NULL,
  window_start TEXT NOT NULL,      -- ISO 8601, UTC.
  row TEXT NOT NULL,               -- JSON, as row_of() made it.
  PRIMARY KEY(key, window_start)
) WITHOUT ROWID;
CREATE TABLE dead_letters(
  error_id TEXT PRIMARY KEY,
  error_timestamp INTEGER NOT NULL,
  error_message TEXT NOT NULL,
  record_data TEXT NOT NULL
) WITHOUT ROWID;
)";

// A new version is a further row, never a change of one that has been released.
constexpr std::array kVersions = {kVersion1};
constexpr storage::Schema kSchema{.file = "tables.db", .of = "the tables of a stream", .versions = kVersions};

}  // namespace

Result<storage::Database> open_local_tables(const std::filesystem::path& directory) {
  return storage::open_to_write(directory, kSchema);
}

Result<std::optional<storage::Database>> read_local_tables(const std::filesystem::path& directory) {
  return storage::open_to_read(directory, kSchema);
}

}  // namespace kinesight::stream
