// The writing side of the local store's database: what is in it, and what retention takes out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/envelope.h"
#include "storage/database.h"

namespace kinesight::publish {

/// What a deletion took out of the database; the files are the caller's to delete.
struct Deleted {
  std::int64_t events = 0;
  std::vector<std::string> snapshot_keys;

  bool empty() const { return events == 0 && snapshot_keys.empty(); }
};

/// Used by one thread. Errors of all calls: those of storage::Database; after one, open it anew.
class EventLog {
 public:
  static Result<EventLog> open(const std::filesystem::path& directory);

  /// Everything until its commit() happens at once or not at all.
  Result<storage::Transaction> begin() { return storage::Transaction::begin(database_); }

  Result<bool> contains(std::string_view event_id);
  /// `snapshot_key` is empty when it has no picture. The same event a second time is an error: ask contains()
  /// first.
  Result<> add(const event::Envelope& envelope, std::string_view snapshot_key);
  Result<bool> contains_snapshot(std::string_view key);
  /// `ts_ms` is not before any event that names it, so that it is never deleted ahead of them.
  Result<> add_snapshot(std::string_view key, std::int64_t ts_ms, std::int64_t bytes);

  /// Bytes that the events and the pictures take.
  Result<std::int64_t> bytes();
  /// The time before which all must go to set `excess` bytes free; nothing when there is nothing to delete.
  Result<std::optional<std::int64_t>> time_to_free(std::int64_t excess);
  /// Deletes what is older than `ts_ms`: the oldest first, and about `limit` rows at most.
  Result<Deleted> delete_before(std::int64_t ts_ms, std::int64_t limit);

 private:
  explicit EventLog(storage::Database database) : database_(std::move(database)) {}
  /// The end of the `limit` oldest rows, or `ts_ms` when there are fewer before it.
  Result<std::int64_t> slice_end(std::int64_t ts_ms, std::int64_t limit);

  storage::Database database_;
};

}  // namespace kinesight::publish
