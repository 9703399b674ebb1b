// What a consumer has come to: how far each shard was read, what its open windows hold, and which results
// wait to be delivered. All of it changes in one transaction, so that a restart neither loses a record nor
// counts it twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/database.h"
#include "stream/shards/position.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// How far a shard was read.
struct ShardPosition {
  Position position;  ///< Of the last record that counts.
  std::optional<std::int64_t> watermark_ms{};

  bool operator==(const ShardPosition&) const = default;
};

/// By shard.
using Positions = std::map<std::string, ShardPosition>;

/// A result that waits to be delivered.
struct PendingResult {
  std::int64_t id = 0;
  WindowResult result;
};

/// The file stream.db in a state directory. Used by one thread at a time. Errors of all calls: those of
/// storage::Database.
class StreamState {
 public:
  /// `stream` is whose records these are ("arn:…", or a name and its region). Error also: invalid, when the
  /// file is of another stream.
  static Result<StreamState> open(const std::filesystem::path& directory, const std::string& stream);

  /// Where an earlier run left off; puts back into `windows`, which are empty, what they held. Errors also:
  /// invalid (those windows were of another shape, had other aggregates, or were made of something else than
  /// `made_of` says: which fields, whose time), corrupt.
  Result<Positions> load(Windows& windows, const std::string& made_of = {});
  /// In one transaction: what changed in the windows, the positions (of those shards that are named), and the
  /// results. After an error all is as it was before, and the windows are to be loaded anew: they take what
  /// they told for kept.
  Result<> commit(Windows& windows, const Positions& positions, std::span<const WindowResult> results);
  /// Positions that nobody needs any more.
  Result<> forget(std::span<const std::string> shards);

  /// The oldest results that wait, at most so many.
  Result<std::vector<PendingResult>> pending(std::size_t most);
  /// They are delivered: forgets all results up to this id.
  Result<> delivered(std::int64_t up_to_id);

  const std::filesystem::path& path() const { return database_.path(); }

 private:
  explicit StreamState(storage::Database database) : database_(std::move(database)) {}

  Result<> check_note(const std::string& name, const std::string& value, const std::string& what);
  Result<> load_windows(Windows& windows);

  storage::Database database_;
};

}  // namespace kinesight::stream
