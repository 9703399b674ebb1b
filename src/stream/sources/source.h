// Where the records come from that a producer sends.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace kinesight::stream {

/// Gives one record after the other. For one thread.
class RecordSource {
 public:
  virtual ~RecordSource() = default;

  /// The next record, JSON that nobody has checked; nothing when there are no more. Waits until there is one.
  /// Errors: corrupt is about one record, which is skipped: the next call goes on after it. Whatever else
  /// ends the source; cancelled when `stop` came.
  virtual Result<std::optional<std::string>> next(std::stop_token stop) = 0;
  /// Where the record stood that next() gave last: "measurements.ndjson:12"; for errors found in it later.
  virtual std::string where() const = 0;
  /// How many bytes of files were read for the records up to here; 0 where there are no files.
  virtual std::uint64_t bytes_read() const { return 0; }
};

}  // namespace kinesight::stream
