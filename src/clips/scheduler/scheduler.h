// Cuts the time of every active camera into clips, end to end, and puts a task for each into the queue.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "clips/broker/broker.h"
#include "clips/discovery.h"
#include "clips/scheduler/ledger.h"
#include "config/table.h"
#include "telemetry/telemetry.h"

namespace kinesight::clips {

/// scheduler: {…} in clips.yaml.
struct SchedulerOptions {
  bool enabled = false;
  double interval_seconds = 60;  ///< How often it looks.
  double clip_seconds = 60;      ///< How long clips are.
  double delay_seconds =
      10;  ///< How long after its end a clip is asked for: its last fragment has to be there.
  double catch_up_seconds =
      3600;  ///< How far back it goes after it was away; what is older is left out, counted.
  static const config::Table& table();
};

/// Used by one thread.
///
/// A camera's next clip begins where the last one ended, and its first one at a multiple of the clip's length
/// since the epoch. What is to be sent is noted before it is, and again when it is confirmed: after a crash
/// in between the same task (with its process id) is sent again. Of several replicas on one cache one
/// schedules: who holds "s2:scheduler:lock".
class Scheduler {
 public:
  struct Parts {
    Discovery& discovery;
    Ledger& ledger;
    Publisher& publisher;
    Cache* cache = nullptr;  ///< Null: this is the only replica.
    Clock& clock;
    telemetry::Telemetry telemetry;
  };

  Scheduler(const Parts& parts, const SchedulerOptions& options, std::string queue);

  /// Looks every interval until `stop`.
  void run(std::stop_token stop);
  /// Puts what is due into the queue; how many tasks. Without the lock none; what fails is reported, and due
  /// the next time.
  int look(std::stop_token stop);

 private:
  bool ours();
  int look_at(const CameraInfo& camera, std::stop_token stop);
  Result<> send(const CameraInfo& camera, Scheduled scheduled, std::stop_token stop);
  std::int64_t first_start(std::int64_t now_ms) const;
  std::int64_t caught_up(const std::string& camera_id, std::int64_t start_ms, std::int64_t now_ms);

  const Parts parts_;
  const SchedulerOptions options_;
  const std::string queue_;
  const std::string token_;  ///< Whose the lock is.
};

}  // namespace kinesight::clips
