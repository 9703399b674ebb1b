// Windows over records that are at hand: those of files, or of another program, up to their end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "base/result.h"
#include "stream/record/options.h"
#include "stream/sources/source.h"
#include "stream/windows/options.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// How records are summed up.
struct TallyOptions {
  RecordOptions record;
  WindowPlan plan;
  /// How long after a newer record one may come and still count, all files being one sequence: windows end,
  /// and are forgotten, while records come. Nothing: all windows stay open to the end, so that no record is
  /// late and their order does not matter; memory grows with the keys, windows and message ids that there
  /// are.
  std::optional<std::int64_t> lateness_ms{};
  /// What the process may take beyond what it took before the first record.
  std::uint64_t max_memory_bytes = 2ULL << 30;
};

/// What became of the records.
struct TallyCounts {
  std::uint64_t read = 0;  ///< All of them: the sum of the next four.
  std::uint64_t counted = 0;
  std::uint64_t duplicates = 0;  ///< They said so, or one with the same message id was counted.
  std::uint64_t late = 0;        ///< All windows of their time had ended.
  std::uint64_t broken = 0;      ///< They cannot be read.
  std::uint64_t results = 0;     ///< That were given.
};

/// Is told what comes of it.
struct TallyListener {
  /// A window of a key that has ended, in the order of the ends, then of the keys; false: no more are wanted,
  /// and that is no error.
  std::function<bool(const WindowResult& result)> result;
  /// A record that cannot be read: where it stands, and why.
  std::function<void(const Error& why)> broken;
  /// Now and then.
  std::function<void(const TallyCounts& counts)> progress;
};

/// Sums up the records of `source`, by their own time. A record without `message_id` has the one that the
/// producer would give it. Windows that are open when it ends early (an error, `stop`) are not given: what is
/// given is whole. Errors: those of the source that end it; unavailable (it takes more memory than it may);
/// cancelled. `counts` is right then too.
Result<> tally(RecordSource& source, const TallyOptions& options, const TallyListener& listener,
               const std::stop_token& stop, TallyCounts& counts);

}  // namespace kinesight::stream
