// A broker in memory that fails when told to: what the processor of tasks is tested with.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "clips/broker/broker.h"

namespace kinesight::support {

/// Queues by name, in memory. It is the Publisher and hands out consumers, all safe for any number of
/// threads; it must outlive its consumers. A queue exists once it was made.
class FakeBroker final : public clips::Publisher {
 public:
  /// What becomes of a publish.
  enum class Fate {
    confirmed,
    unavailable,      ///< It fails and the queue does not have the message.
    taken_then_lost,  ///< It fails as unavailable, and the queue has the message all the same.
  };

  void make_queue(const std::string& name) {
    std::lock_guard lock(mutex_);
    queues_[name];
  }
  /// Decides the fate of each publish; called with the queue and the message. Without it all are confirmed.
  void decide(std::function<Fate(const std::string& queue, const clips::Message& message)> decide) {
    std::lock_guard lock(mutex_);
    decide_ = std::move(decide);
  }
  /// The fates of the next publishes, in order, before decide() is asked.
  void next_fates(std::deque<Fate> fates) {
    std::lock_guard lock(mutex_);
    fates_ = std::move(fates);
  }

  Result<> publish(const std::string& queue, const clips::Message& message, Clock::Duration,
                   std::stop_token stop) override {
    if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
    std::lock_guard lock(mutex_);
    const Fate fate = fate_of(queue, message);
    if (fate == Fate::unavailable) return fail(ErrorKind::unavailable, "the fake broker is away");
    const auto found = queues_.find(queue);
    if (found == queues_.end()) return fail(ErrorKind::invalid, "there is no queue named {}", queue);
    found->second.ready.push_back({message, false, ++last_place_});
    changed_.notify_all();
    if (fate == Fate::taken_then_lost)
      return fail(ErrorKind::unavailable, "the fake broker went away before it confirmed");
    return {};
  }

  /// What is in the queue and nobody holds, in order.
  std::vector<clips::Message> messages(const std::string& queue) const {
    std::lock_guard lock(mutex_);
    std::vector<clips::Message> all;
    if (const auto found = queues_.find(queue); found != queues_.end())
      for (const Entry& entry : found->second.ready) all.push_back(entry.message);
    return all;
  }
  /// Messages that consumers of the queue hold and have not settled.
  std::size_t unsettled(const std::string& queue) const {
    std::lock_guard lock(mutex_);
    const auto found = queues_.find(queue);
    return found == queues_.end() ? 0 : found->second.held.size();
  }
  /// Waits until nothing of the queue is ready or held; false when it is not within `patience`.
  bool await_empty(const std::string& queue, Clock::Duration patience) {
    std::unique_lock lock(mutex_);
    const Queue& watched = queues_[queue];
    return changed_.wait_for(lock, patience, [&] { return watched.ready.empty() && watched.held.empty(); });
  }

  /// All consumers lose their connection: what they hold is handed out again, and settling it is in vain.
  void lose_consumers() {
    std::lock_guard lock(mutex_);
    ++connection_;
    for (auto& [name, queue] : queues_) {
      while (!queue.held.empty()) take_back(queue, std::prev(queue.held.end()));
    }
    changed_.notify_all();
  }
  /// The next `count` acknowledgements get lost with their connection: they are answered with true, and the
  /// messages are handed out again.
  void lose_acknowledgements(int count) {
    std::lock_guard lock(mutex_);
    lost_acknowledgements_ = count;
  }

  /// Takes the messages of one queue. `prefetch` as a broker has it: more are not handed out unsettled.
  class Taker final : public clips::Consumer {
   public:
    Taker(FakeBroker& broker, std::string queue, std::size_t prefetch)
        : broker_(broker), queue_(std::move(queue)), prefetch_(prefetch) {}

    Result<std::optional<clips::Delivery>> next(Clock::Duration patience, std::stop_token stop) override {
      std::unique_lock lock(broker_.mutex_);
      Queue& queue = broker_.queues_[queue_];
      const bool there = broker_.changed_.wait_for(
          lock, stop, patience, [&] { return !queue.ready.empty() && queue.held.size() < prefetch_; });
      if (stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
      if (!there) return std::nullopt;
      const std::uint64_t tag = ++broker_.last_tag_;
      Entry entry = std::move(queue.ready.front());
      queue.ready.pop_front();
      queue.held[tag] = entry;
      return clips::Delivery{.message = entry.message,
                             .redelivered = entry.redelivered,
                             .tag = tag,
                             .connection = broker_.connection_};
    }

    bool acknowledge(const clips::Delivery& delivery) override { return settle(delivery, false); }
    bool give_back(const clips::Delivery& delivery) override { return settle(delivery, true); }

   private:
    bool settle(const clips::Delivery& delivery, bool again) {
      std::lock_guard lock(broker_.mutex_);
      Queue& queue = broker_.queues_[queue_];
      const auto found = queue.held.find(delivery.tag);
      if (delivery.connection != broker_.connection_ || found == queue.held.end()) return false;
      if (!again && broker_.lost_acknowledgements_ > 0) {
        --broker_.lost_acknowledgements_;
        again = true;
      }
      if (again) {
        take_back(queue, found);
      } else {
        queue.held.erase(found);
      }
      broker_.changed_.notify_all();
      return true;
    }

    FakeBroker& broker_;
    const std::string queue_;
    const std::size_t prefetch_;
  };

 private:
  struct Entry {
    clips::Message message;
    bool redelivered = false;
    std::uint64_t place = 0;  ///< In the order in which all came.
  };
  struct Queue {
    std::deque<Entry> ready;
    std::map<std::uint64_t, Entry> held;  ///< By tag, which grow: in the order in which they were taken.
  };

  /// To its old place, as RabbitMQ's classic queues do it.
  static void take_back(Queue& queue, std::map<std::uint64_t, Entry>::iterator held) {
    held->second.redelivered = true;
    const auto later =
        std::ranges::find_if(queue.ready, [&](const Entry& one) { return one.place > held->second.place; });
    queue.ready.insert(later, std::move(held->second));
    queue.held.erase(held);
  }

  Fate fate_of(const std::string& queue, const clips::Message& message) {
    if (!fates_.empty()) {
      const Fate fate = fates_.front();
      fates_.pop_front();
      return fate;
    }
    return decide_ ? decide_(queue, message) : Fate::confirmed;
  }

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::map<std::string, Queue> queues_;
  std::function<Fate(const std::string&, const clips::Message&)> decide_;
  std::deque<Fate> fates_;
  std::uint64_t last_place_ = 0;
  std::uint64_t last_tag_ = 0;
  std::uint64_t connection_ = 1;
  int lost_acknowledgements_ = 0;
};

}  // namespace kinesight::support
