#include "publish/outbox/requests.h"

#include <algorithm>
#include <utility>

namespace kinesight::publish::outbox {

Requests::Requests(Delivery& delivery, int in_flight, Doorbell& bell) : delivery_(delivery), bell_(bell) {
  for (int i = 0; i < std::max(in_flight, 1); ++i) {
    workers_.push_back(std::make_unique<Worker>("send-" + std::string(delivery.sink()),
                                                [this](const std::stop_token& stop) { run(stop); }));
  }
}

Requests::~Requests() {
  for (const auto& worker : workers_) worker->request_stop();
}

void Requests::start(std::unique_ptr<Request> request) {
  ++in_flight_;
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(request));
  }
  started_.notify_one();
}

std::unique_ptr<Request> Requests::finished() {
  std::lock_guard lock(mutex_);
  if (finished_.empty()) return nullptr;
  auto request = std::move(finished_.front());
  finished_.pop_front();
  --in_flight_;
  return request;
}

void Requests::run(const std::stop_token& stop) {
  for (;;) {
    std::unique_lock lock(mutex_);
    if (!started_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
    auto request = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    request->sent = send(delivery_, request->entries, cancel_.get_token());
    lock.lock();
    finished_.push_back(std::move(request));
    lock.unlock();
    bell_.ring();
  }
}

}  // namespace kinesight::publish::outbox
