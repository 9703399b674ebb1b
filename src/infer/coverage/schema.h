// The database of the coverage record: coverage.db in the state directory.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "infer/coverage/span.h"
#include "storage/database.h"

namespace kinesight::infer {

/// Opens it for writing, makes it if need be and brings its schema up to date. Errors: those of
/// storage::Database.
Result<storage::Database> open_coverage_database(const std::filesystem::path& directory);

/// Opens it for reading, beside a service that writes; nothing when the file is there and its tables are not
/// yet. Error also: not_found.
Result<std::optional<storage::Database>> read_coverage_database(const std::filesystem::path& directory);

/// The spans that a statement's rows are, of columns begin_ms, end_ms, reason, backfilled, tries.
Result<Spans> spans_in(storage::Statement& rows);

}  // namespace kinesight::infer
