// GET /api/events/stream: the event feed as server-sent events (WHATWG HTML, 9.2). Private to http/.
#pragma once

#include <httplib.h>

#include <atomic>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "http/event_feed.h"

namespace kinesight::http {

/// Follows the feed for a bounded number of clients. Each event has an id; a client that comes back with
/// Last-Event-ID gets what it missed, as far as the feed still has it, and is told how many it has not
/// ("skipped").
class EventStream {
 public:
  /// `stop` ends every stream. `feed` outlives this.
  EventStream(EventFeed& feed, std::size_t max_clients, Clock::Duration heartbeat, std::stop_token stop);

  /// Turns the answer into a stream, or into a 503 when there are too many.
  void serve(const httplib::Request& request, httplib::Response& response);

 private:
  /// Where a client that last saw `last_id` goes on.
  std::uint64_t place_after(const std::string& last_id) const;
  std::string frame(const FeedBatch& batch) const;

  EventFeed& feed_;
  const std::size_t max_clients_;
  const Clock::Duration heartbeat_;
  const std::stop_token stop_;
  const std::string run_;  // Tells ids of this run of the service from those of another.
  std::atomic<std::size_t> clients_{0};
};

}  // namespace kinesight::http
