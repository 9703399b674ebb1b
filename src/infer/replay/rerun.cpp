#include "infer/replay/rerun.h"

#include <algorithm>

#include "infer/event_maker.h"
#include "infer/throttle.h"

namespace kinesight::infer {
namespace {

/// One run.
class Run {
 public:
  Run(DetectorPipeline& pipeline, const std::string& camera_id, const RerunListener& listener,
      RerunTotals& totals)
      : pipeline_(pipeline), events_(camera_id), listener_(listener), totals_(totals) {}

  Result<> frame(std::size_t recording, const Frame& frame, std::stop_token stop) {
    ++totals_.due;
    const auto findings = pipeline_.look(frame, {.stop = stop});
    if (!findings) return std::unexpected(findings.error());
    totals_.still += findings->still ? 1 : 0;
    totals_.times.waited += findings->times.waited;
    totals_.times.inferred += findings->times.inferred;
    if (listener_.frame) {
      if (auto told = listener_.frame(recording, frame, *findings); !told) return told;
    }
    if (auto told = tell(events_.make(frame, findings->sightings)); !told) return told;
    misses_.add(frame.capture_time, findings->rulings);
    return tell(misses_.take());
  }

  Result<> finish() {
    if (auto told = tell(events_.finish()); !told) return told;
    return tell(misses_.finish());
  }

 private:
  Result<> tell(const std::vector<event::Envelope>& events) {
    for (const auto& event : events) {
      ++totals_.events[event.payload.type];
      if (!listener_.event) continue;
      if (auto told = listener_.event(event); !told) return told;
    }
    return {};
  }
  Result<> tell(const std::vector<NearMiss>& misses) {
    for (const auto& miss : misses) {
      ++totals_.near_misses[std::string(to_string(miss.verdict))];
      if (!listener_.near_miss) continue;
      if (auto told = listener_.near_miss(miss); !told) return told;
    }
    return {};
  }

  DetectorPipeline& pipeline_;
  EventMaker events_;
  NearMisses misses_;
  const RerunListener& listener_;
  RerunTotals& totals_;
};

double share(const Recordings& recordings, double time) {
  const double length = recordings.ends() - recordings.begins();
  return length > 0 ? std::clamp((time - recordings.begins()) / length, 0.0, 1.0) : 0;
}

}  // namespace

Result<> rerun(Recordings& recordings, DetectorPipeline& pipeline, const std::string& camera_id,
               double fps_target, const RerunListener& listener, std::stop_token stop, RerunTotals& totals) {
  Run run(pipeline, camera_id, listener, totals);
  Throttle throttle(fps_target);
  Result<> done;
  while (done) {
    const auto frame = recordings.read(stop);
    if (!frame) done = std::unexpected(frame.error());
    if (!frame || !*frame) break;
    const double time = (*frame)->capture_time;
    if (throttle.due(time)) done = run.frame(recordings.at(), **frame, stop);
    totals.seconds = time - recordings.begins();
    if (listener.progress) listener.progress(share(recordings, time));
  }
  totals.counters = recordings.counters();
  const auto told = run.finish();
  return done ? told : done;
}

}  // namespace kinesight::infer
