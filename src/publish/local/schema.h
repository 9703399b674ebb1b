// The database of the local store: events.db in its folder.
#pragma once

#include <filesystem>
#include <optional>

#include "base/result.h"
#include "storage/database.h"

namespace kinesight::publish {

/// Opens it for writing, makes it if need be and brings its schema up to date. Errors: those of
/// storage::Database.
Result<storage::Database> open_events_database(const std::filesystem::path& directory);

/// Opens it for reading, beside a service that writes; nothing when the file is there and its tables are not
/// yet (the service is making them, or was killed at it). Error also: not_found.
Result<std::optional<storage::Database>> read_events_database(const std::filesystem::path& directory);

}  // namespace kinesight::publish
