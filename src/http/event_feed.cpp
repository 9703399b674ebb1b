#include "http/event_feed.h"

#include <algorithm>

namespace kinesight::http {

EventFeed::EventFeed(std::size_t capacity) : capacity_(std::max<std::size_t>(capacity, 1)) {}

void EventFeed::push(event::Envelope envelope) {
  auto shared = std::make_shared<const event::Envelope>(std::move(envelope));
  {
    std::lock_guard lock(mutex_);
    items_.push_back({++newest_, std::move(shared)});
    if (items_.size() > capacity_) items_.pop_front();
  }
  arrived_.notify_all();
}

std::uint64_t EventFeed::newest() const {
  std::lock_guard lock(mutex_);
  return newest_;
}

FeedBatch EventFeed::read(std::uint64_t place, std::size_t limit, Clock::Duration patience,
                          std::stop_token stop) {
  std::unique_lock lock(mutex_);
  place = std::min(place, newest_);
  arrived_.wait_for(lock, stop, patience, [&] { return newest_ > place; });
  FeedBatch batch;
  batch.next = place;
  if (newest_ == place) return batch;
  // The numbers in items_ have no gaps, so the first wanted one is found by counting.
  const std::uint64_t first = std::max(place + 1, items_.front().number);
  batch.skipped = first - place - 1;
  const auto begin = items_.begin() + static_cast<std::ptrdiff_t>(first - items_.front().number);
  const auto count = std::min<std::ptrdiff_t>(items_.end() - begin, static_cast<std::ptrdiff_t>(limit));
  batch.items.assign(begin, begin + count);
  batch.next = first + static_cast<std::uint64_t>(count) - 1;
  return batch;
}

std::vector<FeedItem> EventFeed::recent(std::size_t limit) const {
  std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, items_.size()));
  return {items_.rbegin(), items_.rbegin() + count};
}

}  // namespace kinesight::http
