// Runs recordings through a camera's pipeline, as fast as it goes: what would it have reported, and why not
// more?
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>

#include "event/envelope.h"
#include "infer/pipeline.h"
#include "infer/replay/near_misses.h"
#include "infer/replay/recordings.h"

namespace kinesight::infer {

/// Told what comes of a run while it goes on, in order of capture. An error ends the run. Whoever is left
/// null is not told.
struct RerunListener {
  /// A frame that was due, and what it shows; `recording` counts the videos from 0.
  std::function<Result<>(std::size_t recording, const Frame& frame, const Findings& findings)> frame{};
  std::function<Result<>(const event::Envelope& event)> event{};
  std::function<Result<>(const NearMiss& miss)> near_miss{};
  /// How much is done: 0 to 1.
  std::function<void(double share)> progress{};
};

/// What a run came to.
struct RerunTotals {
  std::int64_t due = 0;                        ///< Frames that fps_target asks for.
  std::int64_t still = 0;                      ///< Of them, those that the motion gate spared the detectors.
  std::map<std::string, std::int64_t> events;  ///< By type.
  std::map<std::string, std::int64_t> near_misses;  ///< Stretches, by what became of them.
  double seconds = 0;                               ///< Of video that was watched.
  vision::InferenceTimes times;
  video::SourceCounters counters;
};

/// Runs `recordings`, which are open, through `pipeline` as the camera `camera_id` would, at `fps_target`
/// frames a second of capture time. Errors: those of the recordings, the detectors and the listener; `totals`
/// holds what was done up to then.
Result<> rerun(Recordings& recordings, DetectorPipeline& pipeline, const std::string& camera_id,
               double fps_target, const RerunListener& listener, std::stop_token stop, RerunTotals& totals);

}  // namespace kinesight::infer
