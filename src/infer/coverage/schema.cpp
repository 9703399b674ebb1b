#include "infer/coverage/schema.h"

#include <array>

#include "storage/schema.h"

namespace kinesight::infer {
namespace {

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
constexpr std::array kVersions = {kVersion1};

constexpr storage::Schema kSchema{.file = "coverage.db", .of = "the coverage record", .versions = kVersions};

}  // namespace

Result<storage::Database> open_coverage_database(const std::filesystem::path& directory) {
  return storage::open_to_write(directory, kSchema);
}

Result<std::optional<storage::Database>> read_coverage_database(const std::filesystem::path& directory) {
  return storage::open_to_read(directory, kSchema);
}

Result<Spans> spans_in(storage::Statement& rows) {
  Spans spans;
  auto row = rows.step();
  for (; row && *row; row = rows.step()) {
    spans.push_back({.begin_ms = rows.integer(0),
                     .end_ms = rows.integer(1),
                     .reason = rows.text(2),
                     .backfilled = rows.integer(3) != 0,
                     .tries = static_cast<int>(rows.integer(4))});
  }
  if (!row) return std::unexpected(row.error());
  return spans;
}

}  // namespace kinesight::infer
