// Starts, watches and stops the camera workers.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/worker.h"
#include "infer/camera_worker.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// Owns the workers' threads. A camera has one thread at most: what comes after one that was asked to stop
/// begins when that has ended. A thread that dies (an exception that nobody foresaw) or whose camera goes
/// silent is started again after a pause; the other cameras notice nothing. One that does not end when it is
/// asked to is reported and left alone. Safe for any number of threads; none waits for a camera but settle()
/// and stop().
class Supervisor {
 public:
  /// Told, by no thread of a camera, that nobody watches any more with a worker that was taken away.
  using OnGone = std::function<void(const CameraWorker& camera)>;

  Supervisor(
      telemetry::Telemetry telemetry, Clock& clock, BackoffPolicy restart = {.initial_seconds = 1},
      OnGone on_gone = [](const CameraWorker&) {});
  ~Supervisor();

  /// Starts a thread for each camera, and the one that watches over them.
  void start();

  /// Takes `camera` in, in the place of the one of that id. It begins when the supervisor has been started
  /// and the other one has ended, which it is asked to.
  void put(std::shared_ptr<CameraWorker> camera);
  /// Takes the camera of that id away: its thread is asked to end. When it has, its metrics and its health
  /// are forgotten.
  void remove(const std::string& camera_id);
  /// Waits up to `patience`, or until `stop`, for whoever was asked to end, and starts what comes after them.
  /// Returns the cameras whose threads have not ended; they are seen off when they do.
  std::vector<std::string> settle(Clock::Duration patience, std::stop_token stop = {});

  /// Asks every worker to stop and waits up to `patience` for all of them; none is started any more.
  /// Returns the cameras whose threads are still running then.
  std::vector<std::string> stop(Clock::Duration patience);

  /// The worker of `camera_id`, or null.
  std::shared_ptr<const CameraWorker> find(const std::string& camera_id) const;
  /// How many cameras there are.
  std::size_t size() const;
  /// Whether every camera's source has ended by itself; false when there is no camera.
  bool all_ended() const;

 private:
  /// A camera and the thread that watches with it.
  struct Post {
    std::shared_ptr<CameraWorker> camera;
    Backoff backoff;
    std::unique_ptr<Worker> thread{};
    std::optional<Clock::Steady> restart_at{};  ///< After a failure: until then there is no thread.
  };
  /// A thread that was asked to end.
  struct Leaving {
    std::shared_ptr<CameraWorker> camera;
    std::shared_ptr<Worker> thread;
    Clock::Steady asked_at;
    bool reported = false;  ///< That it does not end.
  };

  void watch(std::stop_token stop);
  void check(Post& post);
  void restart_later(Post& post, std::string_view reason, const Error& error);
  void dismiss(Post& post);
  void report_stuck();
  void report_health() const;
  void see_off();
  void launch_due();
  bool is_leaving(const std::string& camera_id) const;

  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  const BackoffPolicy restart_;
  const OnGone on_gone_;
  std::mutex seeing_off_;  ///< One thread at a time does it. Taken before mutex_.
  mutable std::mutex mutex_;
  bool running_ = false;  ///< Threads may be started.
  std::map<std::string, Post> posts_;
  std::vector<Leaving> leaving_;
  std::unique_ptr<Worker> watcher_;
};

}  // namespace kinesight::infer
