// The tables in a SQLite file on this machine.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "storage/database.h"
#include "stream/tables/patience.h"
#include "stream/tables/tables.h"

namespace kinesight::stream {

/// All in `tables.db`. Measurements that have expired are deleted as others are written. A disk that is full,
/// or a file that somebody else holds, is waited for.
class LocalTables final : public Tables {
 public:
  /// Opens the file in `directory`, both made when they are not there. `clock` outlives them. Errors: those
  /// of storage::Database.
  static Result<std::unique_ptr<LocalTables>> open(const std::filesystem::path& directory,
                                                   TableColumns columns, telemetry::Telemetry telemetry,
                                                   Clock& clock = Clock::system());

  Result<> put_measurements(std::span<const Measurement> measurements, std::stop_token stop) override;
  Result<> put_windows(std::span<const WindowResult> results, std::stop_token stop) override;
  Result<> put_dead_letters(std::span<const DeadLetter> letters, std::stop_token stop) override;
  Result<std::vector<Measurement>> latest(const std::string& key, int limit, std::int64_t now,
                                          std::stop_token stop) override;

 private:
  LocalTables(storage::Database database, TableColumns columns, telemetry::Telemetry telemetry, Clock& clock);

  Result<> write(const std::function<Result<>(storage::Database&)>& into, std::size_t count,
                 std::stop_token stop);

  storage::Database database_;
  const TableColumns columns_;
  Clock* const clock_;
  Patience patience_;
  std::mutex mutex_;  ///< A connection is for one thread at a time.
};

/// LocalTables::latest() of the file in `directory`, which another process may be writing. Nothing when that
/// has not made its tables yet. Errors: not_found (no file), those of storage::Database.
Result<std::vector<Measurement>> read_local_latest(const std::filesystem::path& directory,
                                                   const std::string& key, int limit, std::int64_t now);

}  // namespace kinesight::stream
