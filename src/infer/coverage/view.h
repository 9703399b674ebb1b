// The reading side of the coverage record: what `kinesight coverage` and the HTTP API ask.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "infer/coverage/span.h"
#include "infer/coverage/store.h"

namespace kinesight::infer {

/// What is known of [since_ms, until_ms) of one camera.
struct CoverageReport {
  std::string camera_id;
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;
  Spans spans;  ///< Without holes from the first thing known to the last; empty when nothing is.

  CoverageTotals totals() const { return totals_of(spans); }
};

/// A range of time as a report is asked for, and the time that it is. Unix milliseconds.
struct CoverageRange {
  std::int64_t since_ms = 0;
  std::int64_t until_ms = 0;  ///< What lies after `now_ms` is not known.
  std::int64_t now_ms = 0;
};

/// `spans` of the store with what they leave open: holes are "stopped"; after the last span an outage that
/// goes on is "offline" up to now, and the time in which no service runs "stopped". Pure.
Spans without_holes(Spans spans, const CameraStanding& standing, std::int64_t now_ms);

/// Reads coverage.db, whether or not a service writes it at the moment. Each call sees what was committed
/// when it began. Safe for any number of threads. Errors: those of storage::Database.
class CoverageView {
 public:
  explicit CoverageView(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// A report a camera, by id; of `camera_id` alone where it says something (none when it is not known).
  Result<std::vector<CoverageReport>> reports(const CoverageRange& range,
                                              const std::string& camera_id = {}) const;

 private:
  std::filesystem::path directory_;
};

}  // namespace kinesight::infer
