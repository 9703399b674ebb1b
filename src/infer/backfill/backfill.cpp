#include "infer/backfill/backfill.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "infer/backfill/replay.h"
#include "telemetry/happenings.h"

namespace kinesight::infer {
namespace {

constexpr std::int64_t kShortestMs = 1000;
constexpr std::int64_t kPartMs = 600'000;
constexpr int kMostTries = 3;
/// Recordings can be had some seconds after the camera took them.
constexpr std::int64_t kSettledMs = 15'000;
constexpr auto kIdle = std::chrono::seconds(10);
constexpr auto kLoadLook = std::chrono::seconds(2);
/// A part that waits longer for room is left, and begun again where it was: others may need less room, and
/// its session does not last for ever.
constexpr auto kRoomPatience = std::chrono::minutes(1);
constexpr BackoffPolicy kAfterFailure{.initial_seconds = 30, .max_seconds = 1800};

/// Whether it says nothing about the span: the way to the service, or the service, was away.
bool is_outage(const ReplayOutcome& outcome) {
  if (!outcome.error || outcome.opened) return false;
  return outcome.error->kind == ErrorKind::unavailable || outcome.error->kind == ErrorKind::throttled;
}

}  // namespace

Backfill::Backfill(std::vector<SharedPlan> plans, std::filesystem::path directory,
                   telemetry::Telemetry telemetry, Clock& clock, std::unique_ptr<LoadMeter> load, Rng rng)
    : directory_(std::move(directory)),
      telemetry_(telemetry),
      clock_(clock),
      load_(std::move(load)),
      backoff_(kAfterFailure, rng) {
  replace(std::move(plans));
}

void Backfill::replace(std::vector<SharedPlan> plans) {
  for (const auto& plan : plans) telemetry_.emit(telemetry::Backfilled{plan->route.camera_id, 0});
  std::lock_guard lock(mutex_);
  plans_ = std::move(plans);
  if (task_plan_ && std::ranges::find(plans_, task_plan_) == plans_.end()) task_stop_.request_stop();
}

bool Backfill::planned(const SharedPlan& plan) const {
  std::lock_guard lock(mutex_);
  return std::ranges::find(plans_, plan) != plans_.end();
}

/// A copy; what is known of plans that were replaced is forgotten.
std::vector<SharedPlan> Backfill::plans() {
  std::lock_guard lock(mutex_);
  std::erase_if(setbacks_,
                [&](const auto& entry) { return std::ranges::find(plans_, entry.first) == plans_.end(); });
  return plans_;
}

void Backfill::start() {
  thread_ = std::make_unique<Worker>("backfill", [this](std::stop_token stop) {
    while (clock_.wait_for(step(stop), stop)) continue;
    pipeline_.reset();
    store_.reset();
  });
}

void Backfill::request_stop() {
  if (thread_) thread_->request_stop();
}

bool Backfill::wait(Clock::Duration patience) { return !thread_ || thread_->wait(patience); }

Clock::Duration Backfill::step(std::stop_token stop) {
  const auto task = next();
  if (!task) {
    // The keeper of the record reports what is wrong with it.
    store_.reset();
    return kIdle;
  }
  if (!*task) {
    pipeline_.reset();  // Their models may go until there is something to do.
    equipped_ = nullptr;
    return kIdle;
  }
  std::stop_source ends;
  {
    std::lock_guard lock(mutex_);
    task_plan_ = (*task)->plan;
    task_stop_ = ends;
  }
  if (!planned((*task)->plan)) ends.request_stop();
  const std::stop_callback forward(stop, [&] { ends.request_stop(); });
  const auto pause = carry_out(**task, ends.get_token());
  std::lock_guard lock(mutex_);
  task_plan_ = nullptr;
  return pause;
}

Clock::Duration Backfill::carry_out(const BackfillTask& task, std::stop_token stop) {
  if (!wait_for_room(task.plan->max_load, stop)) {
    ++setbacks_[task.plan];
    return kLoadLook;
  }
  const auto watched = watch(task, stop);
  setbacks_[task.plan] = watched ? 0 : setbacks_[task.plan] + 1;
  if (watched) {
    backoff_.reset();
    return *watched ? Clock::Duration::zero() : kIdle;
  }
  if (watched.error().kind == ErrorKind::cancelled) return kIdle;
  pipeline_.reset();  // Perhaps it was one of them.
  equipped_ = nullptr;
  telemetry_.emit(telemetry::BackfillFailed{task.plan->route.camera_id, watched.error()});
  return backoff_.next();
}

Result<> Backfill::open_store() {
  if (store_) return {};
  auto opened = CoverageStore::open(directory_);
  if (!opened) return std::unexpected(opened.error());
  store_.emplace(std::move(*opened));
  return {};
}

Result<std::optional<BackfillTask>> Backfill::next() {
  const auto plans = this->plans();
  if (plans.empty()) return std::nullopt;
  if (auto opened = open_store(); !opened) return std::unexpected(opened.error());
  const auto now = clock_.wall_ms();
  std::optional<BackfillTask> best;
  for (const auto& plan : plans) {
    const auto oldest = now - static_cast<std::int64_t>(plan->max_age_seconds * 1000);
    auto span = store_->next_missed(plan->route.camera_id, oldest, now - kSettledMs, kShortestMs, kMostTries);
    if (!span) return std::unexpected(span.error());
    if (!*span) continue;
    const auto rank = [&](const SharedPlan& of, const Span& it) {
      return std::tuple(setbacks_[of], it.tries, it.begin_ms);
    };
    if (!best || rank(plan, **span) < rank(best->plan, best->span))
      best = BackfillTask{plan, std::move(**span)};
  }
  // What would be left of it is not worth a part of its own.
  if (best && best->span.length_ms() > kPartMs + kPartMs / 10)
    best->span.end_ms = best->span.begin_ms + kPartMs;
  return best;
}

/// Whether any of it could be watched.
Result<bool> Backfill::watch(const BackfillTask& task, std::stop_token stop) {
  const auto& [plan, span] = task;
  auto pipeline = pipeline_of(plan);
  if (!pipeline) return std::unexpected(pipeline.error());
  const auto room = [&] { return wait_for_room(plan->max_load, stop); };
  const auto outcome = replay(*plan, span.begin_ms, span.end_ms, **pipeline, telemetry_, clock_, room, stop);
  // What was left for want of room, because of the stop or of an outage, has not been tried.
  const bool cancelled = outcome.error && outcome.error->kind == ErrorKind::cancelled;
  const auto tried_to = !cancelled && !is_outage(outcome) ? span.end_ms
                        : outcome.watched.empty()         ? span.begin_ms
                                                          : outcome.watched.back().end_ms;
  auto written = store_->backfilled(plan->route.camera_id, span.begin_ms, tried_to, outcome.watched);
  if (!written) {
    store_.reset();
    return std::unexpected(written.error());
  }
  const auto watched_ms = totals_of(outcome.watched).live_ms;
  if (planned(plan))  // A camera that was taken away has no metrics any more.
    telemetry_.emit(telemetry::Backfilled{plan->route.camera_id, static_cast<double>(watched_ms) / 1000});
  if (outcome.error) return std::unexpected(*outcome.error);
  return watched_ms > 0;
}

Result<DetectorPipeline*> Backfill::pipeline_of(const SharedPlan& plan) {
  if (equipped_ != plan) {
    equipped_ = nullptr;
    try {
      auto made = plan->make_pipeline();
      if (!made) return std::unexpected(made.error());
      pipeline_ = std::move(*made);
    } catch (const std::exception& exception) {  // There is nobody who would start this thread again.
      return fail(ErrorKind::corrupt, "the detectors cannot be made: {}", exception.what());
    }
    equipped_ = plan;
  }
  return &*pipeline_;
}

/// Whether the machine has room before long; false also at the stop.
bool Backfill::wait_for_room(double max_load, std::stop_token stop) {
  const auto begin = clock_.steady();
  while (!stop.stop_requested()) {
    if (load_->share() < max_load) return true;
    if (clock_.steady() - begin >= kRoomPatience) return false;
    if (!clock_.wait_for(kLoadLook, stop)) return false;
  }
  return false;
}

}  // namespace kinesight::infer
