// Watches later what the cameras missed, while the machine has room for it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/worker.h"
#include "infer/backfill/load.h"
#include "infer/backfill/plan.h"
#include "infer/coverage/store.h"
#include "telemetry/telemetry.h"

namespace kinesight::infer {

/// A plan, as long as somebody goes by it.
using SharedPlan = std::shared_ptr<const BackfillPlan>;

/// The next thing to do: a missed span of a camera, or part of one.
struct BackfillTask {
  SharedPlan plan;
  Span span;
};

/// One thread for all cameras. It takes missed spans from the coverage record, those tried least and of these
/// the oldest first, in parts of ten minutes, each at most three times, and writes down what it watched. A
/// part that fails is counted, and the next one waits longer each time. That the service could not be reached
/// is no try; a camera with which it did not work, or that finds no room, lets the others go first.
class Backfill {
 public:
  Backfill(std::vector<SharedPlan> plans, std::filesystem::path directory, telemetry::Telemetry telemetry,
           Clock& clock, std::unique_ptr<LoadMeter> load, Rng rng);

  /// From now on these plans hold. A task of a plan that is not among them ends early; where one is, by being
  /// the same object, its camera notices nothing.
  void replace(std::vector<SharedPlan> plans);

  void start();
  void request_stop();
  /// Whether its thread has ended within `patience`.
  bool wait(Clock::Duration patience);

  /// Does one task, if there is one; how long to wait before the next. What start()'s thread calls.
  Clock::Duration step(std::stop_token stop);

 private:
  Result<std::optional<BackfillTask>> next();
  Clock::Duration carry_out(const BackfillTask& task, std::stop_token stop);
  bool planned(const SharedPlan& plan) const;
  std::vector<SharedPlan> plans();
  Result<bool> watch(const BackfillTask& task, std::stop_token stop);
  Result<DetectorPipeline*> pipeline_of(const SharedPlan& plan);
  bool wait_for_room(double max_load, std::stop_token stop);
  Result<> open_store();

  const std::filesystem::path directory_;
  const telemetry::Telemetry telemetry_;
  Clock& clock_;
  const std::unique_ptr<LoadMeter> load_;
  Backoff backoff_;
  std::optional<CoverageStore> store_;
  std::map<SharedPlan, int> setbacks_;  ///< How often in a row it did not work.
  SharedPlan equipped_;                 ///< Whose pipeline_ this is.
  std::optional<DetectorPipeline> pipeline_;

  mutable std::mutex mutex_;  ///< Of what replace() changes.
  std::vector<SharedPlan> plans_;
  std::stop_source task_stop_;  ///< Ends what is being done now.
  SharedPlan task_plan_;        ///< What it is of.

  std::unique_ptr<Worker> thread_;
};

}  // namespace kinesight::infer
