// What becomes of one task: a clip is made and stored, and the next stage is told.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "clips/broker/broker.h"
#include "clips/cache.h"
#include "clips/clip_maker.h"
#include "clips/clip_options.h"
#include "clips/next_message.h"
#include "clips/task.h"
#include "storage/object_store.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// How tasks are processed.
struct ProcessorOptions {
  ClipOptions clip;
  ThumbnailOptions thumbnail;
  std::string next_queue = "M0_PRIORITY_QUEUE";
  NextStage next;
  RetryOptions retry;
};

/// How a task ended.
struct Outcome {
  enum class Kind {
    done,       ///< The next queue has the message, confirmed.
    dropped,    ///< The stream is not active: there is nothing to be had, and that is no fault.
    failed,     ///< For good, or for longer than a task is tried.
    cancelled,  ///< We were asked to stop: somebody else shall do it.
  } kind = Kind::done;
  std::string step;  ///< Where it ended: "range", "status", "fragments", "clip", "store", "publish", …
  Error error;       ///< Unless done.
  bool stored_before = false;  ///< The clip was there: the task, or one like it, came before.
  bool sent_before = false;    ///< And the next stage had been told.
  std::vector<std::pair<std::string, double>> seconds;  ///< What each step took, in their order.
};

/// Safe for any number of threads; all that it is given outlives it.
///
/// A task that comes twice makes one object: its key comes of camera and start, and nothing is replaced. It
/// makes one message as long as the cache remembers that it was sent (a week), also where both are processed
/// at once: one sends, the other waits for it. Without a cache, or when the process ends between the broker's
/// confirm and the note of it, the message is sent again: at least once.
class Processor {
 public:
  struct Parts {
    CameraStreams& streams;
    const ClipMaker& maker;
    const video::ClipTools& tools;
    WorkFiles& files;
    storage::ObjectStore& store;
    Publisher& publisher;
    Cache* cache = nullptr;  ///< Null: there is none.
    Clock& clock;
    telemetry::Telemetry telemetry;
  };

  Processor(const Parts& parts, ProcessorOptions options) : parts_(parts), options_(std::move(options)) {}

  Outcome process(const Task& task, std::stop_token stop) const;

 private:
  class Run;
  const Parts parts_;
  const ProcessorOptions options_;
};

}  // namespace kinesight::clips
