// Writes the coverage of all cameras down, every few seconds.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/worker.h"
#include "infer/coverage/recorder.h"
#include "infer/coverage/store.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// Owns the recorders and the thread that empties them into coverage.db. What the process did not come to
/// write counts as "stopped". A database that cannot be written degrades the service's health and is tried
/// again; meanwhile the newest spans wait, bounded, the rest is dropped and counted. Safe for several
/// threads.
class CoverageKeeper {
 public:
  CoverageKeeper(std::filesystem::path directory, telemetry::Telemetry telemetry, Clock& clock);

  /// A new recorder for a camera; the one before it has been left.
  std::shared_ptr<CoverageRecorder> recorder(const std::string& camera_id, double fps_target);
  /// Nobody watches for `recorder` any more: its last news are written, what it is told from now on is not.
  void leave(const std::shared_ptr<CoverageRecorder>& recorder);

  void start();
  /// Writes what is left; after it nothing is written. The cameras' threads have ended.
  void stop();

 private:
  /// A camera and what of it waits to be written.
  struct Desk {
    std::shared_ptr<CoverageRecorder> recorder;
    CoverageRecorder::News news;
    bool left = false;  ///< Once its news are written it goes.
  };

  void run(std::stop_token stop);
  void collect(Desk& desk, CoverageRecorder::News news);
  void drop_oldest_left();
  void write();
  Result<> write_transaction();
  Result<> retain();
  void report(const Result<>& written);

  const std::filesystem::path directory_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  std::mutex mutex_;  ///< Of what follows: cameras come and go while the thread writes.
  std::vector<Desk> desks_;
  std::optional<CoverageStore> store_;  ///< Nothing while the database cannot be used.
  bool failing_ = false;
  std::optional<Clock::Steady> retain_at_;
  std::unique_ptr<Worker> thread_;
};

}  // namespace kinesight::infer
