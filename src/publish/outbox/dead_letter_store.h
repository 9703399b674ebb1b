// The dead letters of an outbox, as the outbox itself uses them: dead_letters.db.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "publish/outbox/entry.h"
#include "storage/database.h"

namespace kinesight::publish::outbox {

/// Where the dead letters of the outbox in `folder` lie.
std::filesystem::path dead_letters_path(const std::filesystem::path& folder);
/// Brings the file up to the newest schema.
Result<> migrate_dead_letters(storage::Database& database);

/// The states of a row.
enum class DeadState : std::int64_t {
  buried = 0,
  wanted = 1,  ///< Somebody asked for another try.
  moving = 2,  ///< On its way into the log, as the sequence `moved_to`.
};

/// Safe for any number of threads.
class DeadLetterStore {
 public:
  /// With `sync`, what was buried survives a power cut.
  static Result<std::unique_ptr<DeadLetterStore>> open(const std::filesystem::path& folder, bool sync);

  /// Buries an entry; one that is buried already stays as it is. When the sink's dead letters are more than
  /// `max_bytes` of payload, the oldest go: how many.
  struct Burial {
    Stream stream;
    std::string_view sink;
    const Entry& entry;
    std::string_view error;
    int tries = 0;
    std::int64_t now_ms = 0;
    std::int64_t max_bytes = 0;
  };
  Result<std::uint64_t> bury(const Burial& burial);

  /// The sequences from `first` on that are buried for a sink.
  Result<std::vector<std::uint64_t>> buried(Stream stream, std::string_view sink, std::uint64_t first);
  /// The highest sequence that a dead letter of `stream` had.
  Result<std::uint64_t> highest(Stream stream);

  /// A dead letter that goes back into the log, for its sink alone.
  struct Returning {
    std::int64_t id = 0;
    std::uint64_t moved_to = 0;
    Entry entry;  ///< Its sink is set.
  };
  /// Some of those that are wanted back, the oldest first.
  Result<std::vector<Returning>> wanted(Stream stream, std::string_view sink);
  /// They get the sequences from `first` on.
  Result<> begin_move(std::span<const Returning> returning, std::uint64_t first);
  /// They are in the log.
  Result<> finish_move(std::span<const Returning> returning);
  /// They are not.
  Result<> cancel_move(std::span<const Returning> returning);
  /// Those whose move was begun, and neither finished nor cancelled; without their payload.
  Result<std::vector<Returning>> moving(Stream stream);

 private:
  explicit DeadLetterStore(storage::Database database) : database_(std::move(database)) {}
  Result<std::int64_t> bytes_of(const Burial& burial);
  Result<std::uint64_t> make_room(const Burial& burial);
  Result<> for_each(std::span<const Returning> returning, std::string_view sql, std::uint64_t first);

  std::mutex mutex_;
  storage::Database database_;
  // Payload by stream and sink, at most too high: others may drop letters meanwhile.
  std::map<std::pair<Stream, std::string>, std::int64_t> bytes_;
};

}  // namespace kinesight::publish::outbox
