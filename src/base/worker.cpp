#include "base/worker.h"

#include <pthread.h>

#include <exception>

namespace kinesight {

Worker::Worker(std::string name, std::function<void(std::stop_token)> run)
    : name_(std::move(name)),
      thread_([this, run = std::move(run)](std::stop_token stop) { guard(std::move(stop), run); }) {}

Worker::~Worker() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> Worker::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void Worker::request_stop() { thread_.request_stop(); }

bool Worker::wait(Clock::Duration patience) {
  std::unique_lock lock(mutex_);
  return ended_.wait_for(lock, patience, [this] { return !alive_.load(); });
}

void Worker::guard(std::stop_token stop, const std::function<void(std::stop_token)>& run) {
  pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
  std::optional<Error> failure;
  try {
    run(std::move(stop));
  } catch (const std::exception& exception) {
    failure = Error{ErrorKind::corrupt, std::string("unexpected exception: ") + exception.what()};
  } catch (...) {
    failure = Error{ErrorKind::corrupt, "unexpected exception of an unknown type"};
  }
  std::lock_guard lock(mutex_);
  failure_ = std::move(failure);
  alive_.store(false, std::memory_order_release);
  // Under the lock: whoever waits may destroy this Worker as soon as it sees the end (it joins first).
  ended_.notify_all();
}

}  // namespace kinesight
