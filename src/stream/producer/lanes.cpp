#include "stream/producer/lanes.h"

#include <algorithm>
#include <deque>
#include <functional>

namespace kinesight::stream {
namespace {

/// How often a lane looks around when nothing comes.
constexpr auto kLook = std::chrono::milliseconds(100);

/// As good as the remainder of the hash, without the division.
std::size_t lane_of(const std::string& key, std::size_t lanes) {
  return ((std::hash<std::string>{}(key) & 0xffffffff) * lanes) >> 32;
}

}  // namespace

struct Lanes::Lane {
  Lane(std::size_t capacity, Batcher its) : queue(capacity, WhenFull::block), batcher(std::move(its)) {}

  BoundedQueue<std::optional<Outgoing>> queue;  ///< Nothing: there are no more.
  std::deque<std::optional<Outgoing>> in_hand;  ///< The worker's own, as is
  Batcher batcher;
  mutable std::mutex mutex;
  ProducerCounts counts;  ///< The batcher's, for others.
  std::optional<Worker> worker;
};

Lanes::Lanes(const ProducerOptions& options, RecordSink& sink, Clock& clock, Rng rng, OnFailed on_failed,
             const OnTaken& on_taken)
    : options_(options), clock_(clock) {
  const OnFailed one_at_a_time = [told = std::make_shared<std::mutex>(), on_failed = std::move(on_failed)](
                                     const Outgoing& record, const Error& why) {
    const std::lock_guard lock(*told);
    on_failed(record, why);
  };
  for (int i = 0; i < options.in_flight; ++i) {
    const auto seed = static_cast<std::uint64_t>(rng.integer(0, std::numeric_limits<int>::max()));
    lanes_.push_back(
        std::make_unique<Lane>(static_cast<std::size_t>(options.batch_records),
                               Batcher(options, sink, clock, Rng(seed), one_at_a_time, on_taken)));
  }
  for (auto& lane : lanes_)
    lane->worker.emplace("produce",
                         [this, &lane = *lane](const std::stop_token&) { run(lane, stop_.get_token()); });
}

Lanes::~Lanes() {
  stop_.request_stop();
  for (auto& lane : lanes_) lane->queue.close();
}

/// How long until the batcher wants to send what waits, or to be looked at.
Clock::Duration Lanes::patience(const Batcher& batcher) const {
  const auto due = batcher.due();
  return due ? std::clamp<Clock::Duration>(*due - clock_.steady(), Clock::Duration::zero(), kLook) : kLook;
}

Result<> Lanes::step(Lane& lane, bool& open, const std::stop_token& stop) {
  Batcher& batcher = lane.batcher;
  lane.queue.pop_all_for(lane.in_hand, patience(batcher), stop);
  const auto now = clock_.steady();
  for (; open && !lane.in_hand.empty(); lane.in_hand.pop_front()) {
    auto& item = lane.in_hand.front();
    open = item.has_value();
    if (auto done = open ? batcher.add(std::move(*item), now, stop) : batcher.flush(stop); !done) return done;
  }
  // A lane that is never idle still lets no record wait for longer than the linger time.
  return patience(batcher) == Clock::Duration::zero() ? batcher.send(stop) : Result<>{};
}

void Lanes::run(Lane& lane, const std::stop_token& stop) {
  for (bool open = true; open && !stop.stop_requested();) {
    auto done = step(lane, open, stop);
    {
      const std::lock_guard lock(lane.mutex);
      lane.counts = lane.batcher.counts();
    }
    if (!done) return end(std::move(done.error()));
  }
}

void Lanes::end(Error why) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::move(why);
  }
  stop_.request_stop();
  for (auto& lane : lanes_) lane->queue.close();
}

Result<> Lanes::failure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) return std::unexpected(*failure_);
  return {};
}

Result<> Lanes::push(Outgoing record, const std::stop_token& stop) {
  Lane& lane = *lanes_[lane_of(record.key, lanes_.size())];
  if (lane.queue.push(std::move(record), stop)) return {};
  if (auto failed = failure(); !failed) return failed;
  return fail(ErrorKind::cancelled, "stopped before a record was taken");
}

Result<> Lanes::close(const std::stop_token& stop) {
  const std::stop_callback told(stop, [this] { stop_.request_stop(); });
  for (auto& lane : lanes_) lane->queue.push(std::nullopt, stop);
  for (auto& lane : lanes_)
    while (!lane->worker->wait(kLook)) continue;
  if (auto failed = failure(); !failed) return failed;
  if (stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped before all records were taken");
  return {};
}

ProducerCounts Lanes::counts() const {
  ProducerCounts sum;
  for (const auto& lane : lanes_) {
    const std::lock_guard lock(lane->mutex);
    sum += lane->counts;
  }
  return sum;
}

}  // namespace kinesight::stream
