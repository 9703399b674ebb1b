// A database file with a schema of its own: opened by the one who writes it, and by those who read along.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "storage/database.h"

namespace kinesight::storage {

/// A file and what is in it.
struct Schema {
  std::string_view file;                       ///< "events.db"
  std::string_view of;                         ///< For people: "the local store".
  std::span<const std::string_view> versions;  ///< See Database::migrate(). Outlives the schema.
};

/// Opens the file in `directory` for writing, both made when they are not there, and brings it to the newest
/// version.
Result<Database> open_to_write(const std::filesystem::path& directory, const Schema& schema);

/// Opens the file in `directory` for reading; nothing when its writer has not made its tables yet. Errors
/// also: not_found (no file), invalid (it is newer than this program).
Result<std::optional<Database>> open_to_read(const std::filesystem::path& directory, const Schema& schema);

}  // namespace kinesight::storage
