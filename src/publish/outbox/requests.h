// Requests: the threads that wait for the sink's answers.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <vector>

#include "base/worker.h"
#include "publish/outbox/doorbell.h"
#include "publish/outbox/send.h"
#include "publish/outbox/window.h"

namespace kinesight::publish::outbox {

/// A batch on its way, and what became of it.
struct Request {
  std::vector<Slot> slots{};
  std::vector<const Entry*> entries{};
  std::vector<std::uint64_t> sequences{};
  std::uint64_t retried = 0;    ///< Of the entries: those that were sent before.
  std::uint64_t uncertain = 0;  ///< Of these: those that may be in the sink.
  std::uint64_t round = 0;  ///< Of the sink's rounds of failures: several that fail at once are one failure.
  Sent sent{};
};

/// A thread each for as many requests as may be in flight. Used by one thread.
class Requests {
 public:
  /// Rings `bell` whenever one is answered.
  Requests(Delivery& delivery, int in_flight, Doorbell& bell);
  /// Waits for those in flight.
  ~Requests();

  std::size_t in_flight() const { return in_flight_; }
  /// Whether one more may be started.
  bool has_free() const { return in_flight_ < workers_.size(); }
  void start(std::unique_ptr<Request> request);
  /// One that was answered; null when there is none.
  std::unique_ptr<Request> finished();
  /// Tells those in flight to give up.
  void cancel() { cancel_.request_stop(); }

 private:
  void run(const std::stop_token& stop);

  Delivery& delivery_;
  Doorbell& bell_;
  std::size_t in_flight_ = 0;
  std::stop_source cancel_;
  std::mutex mutex_;
  std::condition_variable_any started_;
  std::deque<std::unique_ptr<Request>> waiting_;
  std::deque<std::unique_ptr<Request>> finished_;
  std::vector<std::unique_ptr<Worker>> workers_;  // The last member: their threads use the ones above.
};

}  // namespace kinesight::publish::outbox
