// What every part is handed to be observable: the log, the metrics and the health board.
// Parts do not call these directly for what happens in them; they emit a happening (happenings.h),
// one struct that writes the log line and moves the metric, so that neither is forgotten.
#pragma once

#include <source_location>

#include "telemetry/health.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace kinesight::telemetry {

/// References to the three; copy it freely. What it refers to outlives every part.
struct Telemetry {
  Log& log;
  Metrics& metrics;
  Health& health;

  /// Records a happening as if logged from where the caller stands.
  template <class Happening>
  void emit(const Happening& happening, std::source_location where = std::source_location::current()) const {
    happening.record(*this, where);
  }
};

}  // namespace kinesight::telemetry
