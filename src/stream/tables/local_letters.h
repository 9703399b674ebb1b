// The dead letters in a SQLite file on this machine.
#pragma once

#include <filesystem>
#include <memory>

#include "storage/database.h"
#include "stream/tables/dead_letter_table.h"

namespace kinesight::stream {

/// Those of LocalTables, which another process may be writing. For one thread.
class LocalLetters final : public DeadLetterTable {
 public:
  /// Opens the file in `directory`; `mode` read_write when letters are to be dropped. Errors: not_found (no
  /// file, or no tables in it yet), those of storage::Database.
  static Result<std::unique_ptr<LocalLetters>> open(const std::filesystem::path& directory,
                                                    storage::Database::Mode mode);

  Result<LetterPage> page(const std::optional<std::string>& from, std::stop_token stop) override;
  Result<std::optional<DeadLetter>> find(const std::string& id, std::stop_token stop) override;
  Result<> drop(std::span<const std::string> ids, std::stop_token stop) override;

 private:
  explicit LocalLetters(storage::Database database) : database_(std::move(database)) {}

  storage::Database database_;
};

}  // namespace kinesight::stream
