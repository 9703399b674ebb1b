// The newest events, for everyone who watches live: a bounded memory with one writer side and many readers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "event/envelope.h"

namespace kinesight::http {

/// One event in the feed. Its number counts the feed's events from 1.
struct FeedItem {
  std::uint64_t number = 0;
  std::shared_ptr<const event::Envelope> envelope;
};

/// What a reader gets in one go.
struct FeedBatch {
  std::vector<FeedItem> items;  ///< In order; empty when nothing came in time.
  std::uint64_t skipped = 0;    ///< Events between the reader's place and these that the feed no longer had.
  std::uint64_t next = 0;       ///< The place to go on reading from.
};

/// Keeps the newest `capacity` events. A reader that is slower than the writers loses the oldest and is told
/// how many; no reader ever holds a writer up. Safe for any number of threads.
class EventFeed {
 public:
  explicit EventFeed(std::size_t capacity = 1000);

  /// Adds an event and wakes the readers.
  void push(event::Envelope envelope);

  /// The number of the newest event; 0 before the first.
  std::uint64_t newest() const;

  /// What came after event `place`, at most `limit`; waits up to `patience` while there is nothing.
  FeedBatch read(std::uint64_t place, std::size_t limit, Clock::Duration patience, std::stop_token stop);

  /// The newest events, newest first, at most `limit`.
  std::vector<FeedItem> recent(std::size_t limit) const;

 private:
  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<FeedItem> items_;
  std::uint64_t newest_ = 0;
};

}  // namespace kinesight::http
