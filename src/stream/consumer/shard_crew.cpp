#include "stream/consumer/shard_crew.h"

#include <condition_variable>
#include <mutex>

#include "stream/consumer/happenings.h"

namespace kinesight::stream {

/// Places for answers. Outlives the crew for as long as somebody holds one.
class ShardCrew::Places {
 public:
  /// A place, given back when it is let go of; null when `stop` came.
  static std::shared_ptr<const void> take(const std::shared_ptr<Places>& places, std::stop_token stop) {
    std::unique_lock lock(places->mutex_);
    if (!places->freed_.wait(lock, std::move(stop), [&] { return places->free_ > 0; })) return nullptr;
    --places->free_;
    return {places.get(), [places](const void*) { places->give_back(); }};
  }

 private:
  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable_any freed_;
  int free_ = kMostPages;
};

ShardCrew::ShardCrew(ShardSource& source, Clock& clock, telemetry::Telemetry telemetry,
                     ShardReaderOptions options)
    : source_(source),
      clock_(clock),
      telemetry_(telemetry),
      options_(options),
      places_(std::make_shared<Places>()) {}

ShardCrew::~ShardCrew() {
  for (auto& [shard, reader] : readers_) reader->worker->request_stop();
  news_.close();
}

void ShardCrew::assign(std::span<const aws::Shard> listed, const ShardPositions& positions) {
  for (auto& assignment : readable(listed, positions, being_read())) {
    telemetry_.emit(ShardOpened{assignment.shard, to_text(assignment.from)});
    auto& reader = readers_[assignment.shard];
    reader = std::make_unique<Reader>(source_, clock_, static_cast<ShardSink&>(*this), options_);
    reader->worker.emplace("shard", [this, &mine = *reader, assignment](std::stop_token stop) {
      read(mine, assignment, std::move(stop));
    });
  }
}

void ShardCrew::read(Reader& reader, const Assignment& assignment, std::stop_token stop) {
  const auto ended = reader.reader.run(assignment.shard, assignment.from, stop);
  if (!ended) news_.push(ShardFailed{assignment.shard, ended.error()}, stop);
}

std::optional<ShardNews> ShardCrew::next(Clock::Duration patience, std::stop_token stop) {
  if (auto news = news_.pop_for(patience, std::move(stop))) return news;
  for (const auto& [shard, reader] : readers_) {
    if (const auto failure = reader->worker->failure()) return ShardFailed{shard, *failure};
  }
  return std::nullopt;
}

void ShardCrew::let_go(const std::string& shard) { readers_.erase(shard); }

std::set<std::string> ShardCrew::being_read() const {
  std::set<std::string> shards;
  for (const auto& [shard, reader] : readers_) shards.insert(shard);
  return shards;
}

std::shared_ptr<const void> ShardCrew::room(std::stop_token stop) {
  return Places::take(places_, std::move(stop));
}

bool ShardCrew::take(ShardBatch batch, std::stop_token stop) {
  telemetry_.emit(ShardAnswered{batch.shard});
  return news_.push(std::move(batch), std::move(stop));
}

bool ShardCrew::trouble(const ShardTrouble& trouble) {
  telemetry_.emit(ShardReadFailed{trouble.shard, trouble.call, trouble.error, trouble.in_a_row,
                                  to_seconds(trouble.next_try)});
  return true;
}

}  // namespace kinesight::stream
