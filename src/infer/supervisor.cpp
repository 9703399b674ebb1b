#include "infer/supervisor.h"

#include <algorithm>

#include "telemetry/camera_happenings.h"

namespace kinesight::infer {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(500);
/// A thread that has not ended so long after it was asked to will hardly do so.
constexpr auto kStuckAfter = std::chrono::seconds(5);
/// How soon settle() notices that it need not wait any longer.
constexpr auto kLook = std::chrono::milliseconds(100);

}  // namespace

Supervisor::Supervisor(telemetry::Telemetry telemetry, Clock& clock, BackoffPolicy restart, OnGone on_gone)
    : telemetry_(telemetry), clock_(clock), restart_(restart), on_gone_(std::move(on_gone)) {}

Supervisor::~Supervisor() { stop({}); }

void Supervisor::start() {
  {
    std::lock_guard lock(mutex_);
    running_ = true;
    launch_due();
  }
  watcher_ = std::make_unique<Worker>("supervisor", [this](std::stop_token stop) { watch(std::move(stop)); });
}

void Supervisor::put(std::shared_ptr<CameraWorker> camera) {
  std::lock_guard lock(mutex_);
  const auto id = camera->camera_id();
  if (const auto found = posts_.find(id); found != posts_.end()) dismiss(found->second);
  posts_.insert_or_assign(
      id, Post{.camera = std::move(camera), .backoff = Backoff(restart_, Rng::from_entropy())});
  launch_due();
}

void Supervisor::remove(const std::string& camera_id) {
  std::lock_guard lock(mutex_);
  const auto found = posts_.find(camera_id);
  if (found == posts_.end()) return;
  dismiss(found->second);
  posts_.erase(found);
}

/// Asks its thread to end. One that has none leaves as well: it has been heard of.
void Supervisor::dismiss(Post& post) {
  if (post.thread) post.thread->request_stop();
  leaving_.push_back({.camera = post.camera, .thread = std::move(post.thread), .asked_at = clock_.steady()});
}

void Supervisor::watch(std::stop_token stop) {
  while (clock_.wait_for(kWatchInterval, stop)) {
    {
      std::lock_guard lock(mutex_);
      for (auto& [id, post] : posts_) check(post);
      report_stuck();
    }
    see_off();
    std::lock_guard lock(mutex_);
    report_health();
  }
}

void Supervisor::check(Post& post) {
  if (!post.thread) return;
  if (!post.thread->alive()) {
    const auto failure =
        post.thread->failure().value_or(Error{ErrorKind::corrupt, "its thread ended by itself"});
    restart_later(post, "died", failure);
  } else if (const auto trouble = post.camera->trouble()) {
    restart_later(post, trouble->reason, trouble->error);
  }
}

void Supervisor::restart_later(Post& post, std::string_view reason, const Error& error) {
  const auto pause = post.backoff.next();
  const auto camera = post.camera;
  dismiss(post);
  post.restart_at = clock_.steady() + pause;
  camera->restarted(reason, error, pause);
}

/// Says once of each thread that does not end that this is so.
void Supervisor::report_stuck() {
  for (auto& leaving : leaving_) {
    if (leaving.reported || clock_.steady() - leaving.asked_at < kStuckAfter) continue;
    leaving.reported = true;
    const auto post = posts_.find(leaving.camera->camera_id());
    (post == posts_.end() ? leaving.camera : post->second.camera)->blocked();
  }
}

void Supervisor::report_health() const {
  const auto waits = [](const auto& entry) { return entry.second.restart_at.has_value(); };
  const bool none_runs = !posts_.empty() && std::ranges::all_of(posts_, waits);
  telemetry_.health.report("supervisor",
                           none_runs ? telemetry::HealthState::failed : telemetry::HealthState::ok,
                           none_runs ? "no worker thread runs" : "");
}

/// Lets go of the threads that have ended, and starts what comes after them.
void Supervisor::see_off() {
  std::lock_guard one_at_a_time(seeing_off_);
  std::vector<Leaving> gone;
  std::vector<std::shared_ptr<CameraWorker>> replaced;
  {
    std::lock_guard lock(mutex_);
    for (const auto& leaving : leaving_) {
      if (leaving.thread && leaving.thread->alive()) continue;
      gone.push_back(leaving);
      const auto post = posts_.find(leaving.camera->camera_id());
      if (post == posts_.end() || post->second.camera != leaving.camera) replaced.push_back(leaving.camera);
    }
  }
  for (const auto& camera : replaced) on_gone_(*camera);  // May take a while: nobody waits for it.
  std::lock_guard lock(mutex_);
  std::erase_if(leaving_, [&](const Leaving& leaving) {
    return std::ranges::any_of(gone, [&](const Leaving& one) {
      return one.camera == leaving.camera && one.thread == leaving.thread;
    });
  });
  for (const auto& camera : replaced) {
    const auto& id = camera->camera_id();
    telemetry_.emit(telemetry::CameraLeft{id, !posts_.contains(id) && !is_leaving(id)});
  }
  launch_due();
}

/// Starts the cameras that have no thread, and are due, and whose last thread has ended.
void Supervisor::launch_due() {
  if (!running_) return;
  for (auto& [id, post] : posts_) {
    if (post.thread || is_leaving(id) || (post.restart_at && clock_.steady() < *post.restart_at)) continue;
    post.restart_at.reset();
    post.thread = std::make_unique<Worker>(
        id, [camera = post.camera](std::stop_token stop) { camera->run(std::move(stop)); });
  }
}

bool Supervisor::is_leaving(const std::string& camera_id) const {
  return std::ranges::any_of(
      leaving_, [&](const Leaving& leaving) { return leaving.camera->camera_id() == camera_id; });
}

std::vector<std::string> Supervisor::settle(Clock::Duration patience, std::stop_token stop) {
  // The machine's clock and not the cameras': a person waits for this.
  Clock& clock = Clock::system();
  const auto deadline = clock.steady() + patience;
  std::vector<std::shared_ptr<Worker>> threads;
  {
    std::lock_guard lock(mutex_);
    for (const auto& leaving : leaving_) {
      if (!leaving.reported) threads.push_back(leaving.thread);
    }
  }
  for (const auto& thread : threads) {
    while (thread && !stop.stop_requested()) {
      const auto left = std::max(deadline - clock.steady(), Clock::Duration::zero());
      if (thread->wait(std::min<Clock::Duration>(left, kLook)) || left == Clock::Duration::zero()) break;
    }
  }
  threads.clear();
  see_off();
  std::lock_guard lock(mutex_);
  std::vector<std::string> stuck;
  for (const auto& leaving : leaving_) stuck.push_back(leaving.camera->camera_id());
  return stuck;
}

std::vector<std::string> Supervisor::stop(Clock::Duration patience) {
  watcher_.reset();  // Joins: from here on nobody restarts a worker.
  {
    std::lock_guard lock(mutex_);
    running_ = false;
    for (auto& [id, post] : posts_) {
      if (post.thread) dismiss(post);
    }
  }
  return settle(patience);
}

std::shared_ptr<const CameraWorker> Supervisor::find(const std::string& camera_id) const {
  std::lock_guard lock(mutex_);
  const auto found = posts_.find(camera_id);
  return found == posts_.end() ? nullptr : found->second.camera;
}

std::size_t Supervisor::size() const {
  std::lock_guard lock(mutex_);
  return posts_.size();
}

bool Supervisor::all_ended() const {
  std::lock_guard lock(mutex_);
  return !posts_.empty() &&
         std::ranges::all_of(posts_, [](const auto& entry) { return entry.second.camera->ended(); });
}

}  // namespace kinesight::infer
