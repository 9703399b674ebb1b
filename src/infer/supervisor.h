// Starts, watches and stops the camera workers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/worker.h"
#include "infer/camera_worker.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// Owns the workers and their threads. A thread that dies (an exception that nobody foresaw) is started again
/// after a pause; the other cameras notice nothing.
class Supervisor {
 public:
  Supervisor(std::vector<std::unique_ptr<CameraWorker>> cameras, telemetry::Telemetry telemetry, Clock& clock,
             BackoffPolicy restart = {.initial_seconds = 1});
  ~Supervisor();

  /// Starts a thread a camera, and the one that watches over them.
  void start();

  /// Asks every worker to stop and waits up to `patience` for all of them.
  /// Returns the cameras whose threads are still running then.
  std::vector<std::string> stop(Clock::Duration patience);

  /// The worker of `camera_id`, or null.
  const CameraWorker* find(const std::string& camera_id) const;
  const std::vector<std::unique_ptr<CameraWorker>>& cameras() const { return cameras_; }
  /// Whether every camera's source has ended by itself; false when there is no camera.
  bool all_ended() const;

 private:
  /// The thread of one camera and what is known of its deaths.
  struct Post {
    CameraWorker* camera = nullptr;
    Backoff backoff;
    std::unique_ptr<Worker> thread;
    Clock::Steady restart_at{};
    bool dead = false;
  };

  void launch(Post& post);
  void watch(std::stop_token stop);
  void check(Post& post);
  void report_health() const;

  const std::vector<std::unique_ptr<CameraWorker>> cameras_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  std::mutex mutex_;  ///< Guards posts_: the watching thread restarts, the owner stops.
  std::vector<Post> posts_;
  std::unique_ptr<Worker> watcher_;
};

}  // namespace kinesight::infer
