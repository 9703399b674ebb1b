#include "stream/producer/lanes.h"

#include <algorithm>
#include <functional>

namespace kinesight::stream {
namespace {

/// How often a lane looks around when nothing comes.
constexpr auto kLook = std::chrono::milliseconds(100);

}  // namespace

struct Lanes::Lane {
  Lane(std::size_t capacity, Batcher its) : queue(capacity, WhenFull::block), batcher(std::move(its)) {}

  BoundedQueue<std::optional<Outgoing>> queue;  ///< Nothing: there are no more.
  Batcher batcher;                              ///< The worker's own.
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

Result<> Lanes::step(Lane& lane, Batcher& batcher, bool& open, const std::stop_token& stop) {
  const auto due = batcher.due();
  const auto patience =
      due ? std::clamp<Clock::Duration>(*due - clock_.steady(), Clock::Duration::zero(), kLook) : kLook;
  auto item = lane.queue.pop_for(patience, stop);
  if (!item) return due && clock_.steady() >= *due ? batcher.send(stop) : Result<>{};
  open = item->has_value();
  if (!open) return batcher.flush(stop);
  // A lane that is never idle still lets no record wait for longer than the linger time.
  if (auto added = batcher.add(std::move(**item), stop); !added) return added;
  return due && clock_.steady() >= *due ? batcher.send(stop) : Result<>{};
}

void Lanes::run(Lane& lane, const std::stop_token& stop) {
  for (bool open = true; open && !stop.stop_requested();) {
    auto done = step(lane, lane.batcher, open, stop);
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
  Lane& lane = *lanes_[std::hash<std::string>{}(record.key) % lanes_.size()];
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
