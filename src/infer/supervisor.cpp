#include "infer/supervisor.h"

#include <algorithm>

namespace kinesight::infer {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(500);

}  // namespace

Supervisor::Supervisor(std::vector<std::unique_ptr<CameraWorker>> cameras, telemetry::Telemetry telemetry,
                       Clock& clock, BackoffPolicy restart)
    : cameras_(std::move(cameras)), telemetry_(telemetry), clock_(clock) {
  for (const auto& camera : cameras_) {
    posts_.push_back(
        {.camera = camera.get(), .backoff = Backoff(restart, Rng::from_entropy()), .thread = nullptr});
  }
}

Supervisor::~Supervisor() { stop({}); }

void Supervisor::start() {
  std::lock_guard lock(mutex_);
  for (auto& post : posts_) launch(post);
  watcher_ = std::make_unique<Worker>("supervisor", [this](std::stop_token stop) { watch(std::move(stop)); });
}

void Supervisor::launch(Post& post) {
  post.dead = false;
  post.thread = std::make_unique<Worker>(post.camera->camera_id(),
                                         [camera = post.camera](std::stop_token stop) { camera->run(stop); });
}

void Supervisor::watch(std::stop_token stop) {
  while (clock_.wait_for(kWatchInterval, stop)) {
    std::lock_guard lock(mutex_);
    if (stop.stop_requested()) return;
    for (auto& post : posts_) check(post);
    report_health();
  }
}

void Supervisor::check(Post& post) {
  if (post.thread->alive()) return;
  if (!post.dead) {
    const auto failure =
        post.thread->failure().value_or(Error{ErrorKind::corrupt, "its thread ended by itself"});
    const auto pause = post.backoff.next();
    post.dead = true;
    post.restart_at = clock_.steady() + pause;
    post.camera->died(failure, pause);
  } else if (clock_.steady() >= post.restart_at) {
    launch(post);
  }
}

void Supervisor::report_health() const {
  const bool none_runs = !posts_.empty() && std::ranges::all_of(posts_, &Post::dead);
  telemetry_.health.report("supervisor",
                           none_runs ? telemetry::HealthState::failed : telemetry::HealthState::ok,
                           none_runs ? "no worker thread runs" : "");
}

std::vector<std::string> Supervisor::stop(Clock::Duration patience) {
  if (watcher_) watcher_.reset();  // Joins: from here on nobody restarts a worker.
  std::lock_guard lock(mutex_);
  for (auto& post : posts_) {
    if (post.thread) post.thread->request_stop();
  }
  const auto deadline = Clock::system().steady() + patience;
  std::vector<std::string> stuck;
  for (auto& post : posts_) {
    if (!post.thread) continue;
    if (!post.thread->wait(std::max(deadline - Clock::system().steady(), Clock::Duration::zero()))) {
      stuck.push_back(post.camera->camera_id());
      continue;
    }
    post.thread.reset();
  }
  return stuck;
}

const CameraWorker* Supervisor::find(const std::string& camera_id) const {
  const auto found =
      std::ranges::find_if(cameras_, [&](const auto& camera) { return camera->camera_id() == camera_id; });
  return found == cameras_.end() ? nullptr : found->get();
}

bool Supervisor::all_ended() const {
  return !cameras_.empty() &&
         std::ranges::all_of(cameras_, [](const auto& camera) { return camera->ended(); });
}

}  // namespace kinesight::infer
