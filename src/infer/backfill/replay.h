// Watches one missed span of one camera.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "infer/backfill/plan.h"
#include "infer/coverage/span.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// What came of it.
struct ReplayOutcome {
  Spans watched;               ///< In order; within the span.
  std::optional<Error> error;  ///< Why it ended before the span's end. `cancelled`: it was asked to.
  bool opened = false;         ///< Whether the recording could be opened.
};

/// Runs what was recorded in [begin_ms, end_ms) (Unix milliseconds) through `pipeline` and publishes what
/// it finds, with extras.backfill. `room` waits until the machine has room for a frame; false ends it.
ReplayOutcome replay(const BackfillPlan& plan, std::int64_t begin_ms, std::int64_t end_ms,
                     DetectorPipeline& pipeline, telemetry::Telemetry telemetry, Clock& clock,
                     const std::function<bool()>& room, std::stop_token stop);

}  // namespace kinesight::infer
