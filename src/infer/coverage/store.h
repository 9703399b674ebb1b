// The writing side of the coverage record.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "infer/coverage/recorder.h"
#include "storage/database.h"

namespace kinesight::infer {

/// What a camera's row says: how it stood when the service last wrote.
struct CameraStanding {
  std::int64_t written_ms = 0;
  Watching watching = Watching::yes;
  std::int64_t open_ms = 0;  ///< What came after this was not decided yet.
};

/// "yes", "offline", "ended", "stopped": as the store has them.
std::string_view to_string(Watching watching);
/// Reads what to_string() wrote; what it does not know is `stopped`.
Watching parse_watching(std::string_view text);

/// How much of the record may stay.
struct CoverageLimits {
  double days = 90;
  std::int64_t spans = 100'000;  ///< A camera.
};

/// Writes coverage.db. Used by one thread; the threads and processes of other stores and views may write and
/// read at once. Errors of all calls: those of storage::Database; after one, open it anew.
class CoverageStore {
 public:
  static Result<CoverageStore> open(const std::filesystem::path& directory);

  /// Everything until its commit() happens at once or not at all.
  Result<storage::Transaction> begin() { return storage::Transaction::begin(database_); }

  /// Adds what was written down since the last time. What lies between the end of what the store had and the
  /// first span was "stopped": its length in milliseconds is handed back. Call it within begin() … commit().
  Result<std::int64_t> add(const std::string& camera_id, const Spans& spans);
  /// How a camera stands now.
  Result<> stand(const std::string& camera_id, const CameraStanding& standing);

  /// The span in [from_ms, to_ms) that is to be watched later next: of those with the fewest tries, fewer
  /// than `max_tries`, the oldest one of at least `min_ms`, clipped.
  Result<std::optional<Span>> next_missed(const std::string& camera_id, std::int64_t from_ms,
                                          std::int64_t to_ms, std::int64_t min_ms, int max_tries);
  /// Of [begin_ms, end_ms), `watched` was watched later; the rest has one try more.
  Result<> backfilled(const std::string& camera_id, std::int64_t begin_ms, std::int64_t end_ms,
                      const Spans& watched);

  /// Deletes what is older or more than `limits`. The number of spans that are gone.
  Result<std::int64_t> retain(const CoverageLimits& limits, std::int64_t now_ms);

 private:
  using Change = std::function<Spans(Spans)>;

  explicit CoverageStore(storage::Database database) : database_(std::move(database)) {}
  /// Where the last span that begins before or at `time_ms` ends.
  Result<std::optional<std::int64_t>> end_before(const std::string& camera_id, std::int64_t time_ms);
  /// Reads the spans that touch [begin_ms, end_ms], and puts `change` of them in their place.
  Result<> edit(const std::string& camera_id, std::int64_t begin_ms, std::int64_t end_ms,
                const Change& change);
  /// Deletes all but the newest `keep` spans of each camera.
  Result<std::int64_t> thin_out(std::int64_t keep);
  Result<Spans> take_out(const std::string& camera_id, std::int64_t begin_ms, std::int64_t end_ms);
  Result<> put_in(const std::string& camera_id, const Spans& spans);

  storage::Database database_;
};

}  // namespace kinesight::infer
