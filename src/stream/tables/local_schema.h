// The SQLite file of the tables on this machine.
#pragma once

#include <filesystem>
#include <optional>

#include "storage/database.h"

namespace kinesight::stream {

/// storage::open_to_write() of tables.db.
Result<storage::Database> open_local_tables(const std::filesystem::path& directory);
/// storage::open_to_read() of tables.db.
Result<std::optional<storage::Database>> read_local_tables(const std::filesystem::path& directory);

}  // namespace kinesight::stream
