#include "stream/memory/memory_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>

namespace kinesight::stream {
namespace {

constexpr const char* kFull = "ProvisionedThroughputExceededException";

std::unexpected<aws::CallError> not_found(std::string_view shard) {
  aws::CallError error;
  error.error = {ErrorKind::not_found, fmt::format("the stream in memory has no shard '{}'", shard)};
  error.code = "ResourceNotFoundException";
  return std::unexpected(std::move(error));
}

std::uint64_t number_in(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

MemoryStream::MemoryStream(int shards, Clock& clock, std::size_t most)
    : clock_(clock), most_(most), next_(static_cast<std::uint64_t>(clock.wall_ms()) * 1'000'000) {
  for (int i = 0; i < shards; ++i) shards_.push_back({.id = fmt::format("shardId-{:012}", i)});
}

aws::CallResult<std::vector<aws::PutOutcome>> MemoryStream::put(std::span<const aws::PutRecord> records,
                                                                std::stop_token) {
  const std::int64_t now_ms = clock_.wall_ms();
  const std::lock_guard lock(mutex_);
  std::vector<aws::PutOutcome> outcomes;
  outcomes.reserve(records.size());
  for (const auto& record : records) {
    Shard& shard = shards_[std::hash<std::string_view>()(record.partition_key) % shards_.size()];
    if (shard.records.size() >= most_) {
      if (shard.records.front()->number >= shard.unread) {
        outcomes.push_back({{}, kFull, fmt::format("{} records of {} were not read yet", most_, shard.id)});
        continue;
      }
      shard.records.pop_front();
    }
    const std::uint64_t number = next_++;
    shard.records.push_back(
        std::make_shared<const Held>(Held{number, std::string(record.partition_key), std::string(record.data),
                                          std::to_string(number), now_ms}));
    outcomes.push_back({shard.id, {}, {}});
  }
  return outcomes;
}

aws::CallResult<std::vector<aws::Shard>> MemoryStream::shards(std::stop_token) {
  const std::lock_guard lock(mutex_);
  std::vector<aws::Shard> listed;
  for (const Shard& shard : shards_) listed.push_back({.id = shard.id});
  return listed;
}

/// "{shard}/{number}": the next record's least number.
aws::CallResult<std::string> MemoryStream::iterator(const std::string& id, const aws::IteratorStart& start,
                                                    std::stop_token) {
  const std::lock_guard lock(mutex_);
  const Shard* shard = find(id);
  if (!shard) return not_found(id);
  std::uint64_t from = 0;
  switch (start.type) {
    case aws::IteratorType::latest:
      from = next_;
      break;
    case aws::IteratorType::trim_horizon:
      break;
    case aws::IteratorType::at_timestamp: {
      const auto found = std::ranges::find_if(
          shard->records, [&](const auto& one) { return one->arrived_ms >= start.timestamp_ms; });
      from = found == shard->records.end() ? next_ : (*found)->number;
      break;
    }
    case aws::IteratorType::at_sequence_number:
      from = number_in(start.sequence_number);
      break;
    case aws::IteratorType::after_sequence_number:
      from = number_in(start.sequence_number) + 1;
      break;
  }
  return fmt::format("{}/{}", id, from);
}

aws::CallResult<aws::RecordsPage> MemoryStream::records(const std::string& iterator, int limit,
                                                        std::stop_token) {
  const std::string_view id = std::string_view(iterator).substr(0, iterator.find('/'));
  const std::uint64_t from =
      number_in(std::string_view(iterator).substr(std::min(id.size() + 1, iterator.size())));
  const std::int64_t now_ms = clock_.wall_ms();
  const std::lock_guard lock(mutex_);
  Shard* shard = find(id);
  if (!shard) return not_found(id);
  auto at = std::ranges::lower_bound(shard->records, from, {}, [](const auto& one) { return one->number; });
  auto storage = std::make_shared<std::vector<std::shared_ptr<const Held>>>();
  aws::RecordsPage page;
  for (; at != shard->records.end() && std::ssize(page.records) < limit; ++at) {
    storage->push_back(*at);
    page.records.push_back({.partition_key = (*at)->key,
                            .sequence_number = (*at)->sequence,
                            .data = (*at)->data,
                            .arrived_ms = (*at)->arrived_ms});
  }
  const std::uint64_t next = storage->empty() ? from : storage->back()->number + 1;
  shard->unread = std::max(shard->unread, next);
  if (at != shard->records.end()) page.millis_behind = std::max<std::int64_t>(1, now_ms - (*at)->arrived_ms);
  page.next_iterator = fmt::format("{}/{}", id, next);
  page.storage = std::move(storage);
  return page;
}

MemoryStream::Shard* MemoryStream::find(std::string_view id) {
  const auto found = std::ranges::find(shards_, id, &Shard::id);
  return found == shards_.end() ? nullptr : &*found;
}

}  // namespace kinesight::stream
