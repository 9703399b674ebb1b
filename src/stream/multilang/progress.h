// How far a shard has come, where all that may process it see it: beside the KCL's own checkpoint, which is
// held back to the oldest open window, what of the records behind that checkpoint is done already.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/multilang/hash_range.h"
#include "stream/shards/position.h"

namespace kinesight::stream::multilang {

/// Keys whose windows had ended further on in a parent than those of the shard itself: after a merge.
struct Floor {
  HashRange range;
  std::int64_t ended_ms = 0;  ///< Unix milliseconds, as all times here.
};

/// The windows that a closed shard left open, as its children find them.
struct HandOver {
  std::int64_t claim = 0;  ///< Whose.
  std::int64_t parts = 0;
};

/// A shard's.
struct Progress {
  /// How many processes have taken the shard, one after the other. Only the last one may write: an earlier
  /// one that does not know yet finds another number here.
  std::int64_t claims = 0;
  std::string made_of{};  ///< What windows are and are made of, as the writer's configuration has it.
  std::optional<Position> through{};  ///< What the records up to here were to write is written. A record's.
  std::optional<std::int64_t> ended_ms{};      ///< All windows up to here are in their table.
  std::optional<std::int64_t> watermark_ms{};  ///< Behind `through` time has come to here, by whatever.
  std::vector<Floor> floors{};
  std::optional<HandOver> handed_over{};
};

/// Where progress is kept. Outages and throttling are waited out. Errors of all calls: cancelled, and what no
/// other try will mend (invalid, denied, not_found, corrupt).
class ProgressStore {
 public:
  virtual ~ProgressStore() = default;

  /// Nothing when the shard was never taken.
  virtual Result<std::optional<Progress>> load(const std::string& shard, std::stop_token stop) = 0;
  /// Writes it where the claims that are there are `seen` (0: nothing is there); false: they are not.
  virtual Result<bool> save(const std::string& shard, const Progress& progress, std::int64_t seen,
                            std::stop_token stop) = 0;
  /// Writes the parts of a hand-over of `claim`, from 0 on.
  virtual Result<> put_parts(const std::string& shard, std::int64_t claim, std::span<const std::string> parts,
                             std::stop_token stop) = 0;
  /// Reads them. Error also: corrupt (one is missing).
  virtual Result<std::vector<std::string>> parts(const std::string& shard, const HandOver& which,
                                                 std::stop_token stop) = 0;
};

}  // namespace kinesight::stream::multilang
