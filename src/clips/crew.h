// The threads that work on tasks.
#pragma once

#include <memory>
#include <stop_token>
#include <vector>

#include "base/worker.h"
#include "clips/broker/broker.h"
#include "clips/task_handler.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// Takes tasks from its construction on, each thread one at a time.
class Crew {
 public:
  /// All outlive it.
  Crew(int workers, Consumer& consumer, const TaskHandler& handler, telemetry::Telemetry telemetry);
  /// Cuts work short and waits for its end.
  ~Crew();

  /// Takes no more tasks; those in work have `patience` to end, and are then asked to stop and given back to
  /// their queue. False when a thread is still at it a while after that.
  bool stop(Clock::Duration patience);

 private:
  void work(std::stop_token stop) const;
  void handle(const Delivery& delivery) const;

  Consumer& consumer_;
  const TaskHandler& handler_;
  const telemetry::Telemetry telemetry_;
  std::stop_source cut_short_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace kinesight::clips
