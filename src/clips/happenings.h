// What happens in the clip service, as telemetry/happenings.h has it: each writes its log line and moves its
// metric.
#pragma once

#include <cstddef>
#include <string>

#include "clips/processor.h"
#include "telemetry/happenings.h"

namespace kinesight::clips {

using telemetry::Where;

/// The cache did not do what it was asked to; it was done without. `call`: "get", "set", …
struct CacheFailed {
  std::string call;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// The streams were listed.
struct CamerasDiscovered {
  std::size_t active = 0;
  std::size_t streams = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A step of a task failed and is tried again after a pause.
struct TaskRetried {
  std::string camera_id;
  std::string step;
  Error error;
  double pause_seconds = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A clip was stored without its thumbnail.
struct ThumbnailFailed {
  std::string camera_id;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A task was processed, whatever came of it.
struct TaskEnded {
  std::string camera_id;
  Outcome outcome;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A message that was handed out before and not settled is at the end of its queue now, counted.
struct TaskHandedOutAgain {
  int deliveries = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A message is among the dead letters.
struct TaskBuried {
  std::string camera_id;  ///< Empty: not known.
  std::string step;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// A message could not be put where it belongs; its queue hands it out again.
struct TaskStays {
  std::string queue;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// The scheduler could not do its work, for a camera or at all; it tries again at its next look.
struct ScheduleFailed {
  std::string camera_id;  ///< Empty: all of them.
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// The scheduler put a task into the queue.
struct TaskScheduled {
  std::string camera_id;
  void record(const telemetry::Telemetry&, Where) const;
};

/// Somebody asked for a clip over the REST API, and its task is in the queue.
struct TaskTriggered {
  std::string camera_id;
  std::int64_t process_id = 0;
  double seconds = 0;  ///< Of the clip.
  void record(const telemetry::Telemetry&, Where) const;
};

/// Somebody asked for a clip, and its task may not be in the queue.
struct TriggerFailed {
  std::string camera_id;
  Error error;
  void record(const telemetry::Telemetry&, Where) const;
};

/// The scheduler left out clips that are too long ago.
struct ClipsSkipped {
  std::string camera_id;
  std::int64_t clips = 0;
  double seconds = 0;
  void record(const telemetry::Telemetry&, Where) const;
};

}  // namespace kinesight::clips
