#include "storage/schema.h"

#include <system_error>
#include <utility>

namespace kinesight::storage {

Result<Database> open_to_write(const std::filesystem::path& directory, const Schema& schema) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) {
    return fail(ErrorKind::denied, "cannot make the folder {} of {}: {}", directory.string(), schema.of,
                error.message());
  }
  auto database = Database::open(directory / schema.file, Database::Mode::read_write);
  if (!database) return database;
  if (auto migrated = database->migrate(schema.versions); !migrated) return std::unexpected(migrated.error());
  return database;
}

Result<std::optional<Database>> open_to_read(const std::filesystem::path& directory, const Schema& schema) {
  auto database = Database::open(directory / schema.file, Database::Mode::read_only);
  if (!database) return std::unexpected(database.error());
  const auto version = database->value("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == 0) return std::nullopt;
  const auto known = static_cast<std::int64_t>(schema.versions.size());
  if (*version > known) {
    return fail(ErrorKind::invalid, "database {}: expected schema version 1 to {}, found {}",
                (directory / schema.file).string(), known, *version);
  }
  return std::move(*database);
}

}  // namespace kinesight::storage
