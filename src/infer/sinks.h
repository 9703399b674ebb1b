// The sink that infer brings along besides the configured ones.
#pragma once

#include <memory>
#include <vector>

#include "http/event_feed.h"
#include "publish/publisher.h"

namespace kinesight::infer {

/// Shows events to the dashboard as they come.
class FeedSink final : public publish::Publisher {
 public:
  explicit FeedSink(http::EventFeed& feed) : feed_(feed) {}
  std::string_view sink() const override { return "feed"; }
  Result<> publish(std::shared_ptr<const publish::Publication> publication, std::stop_token stop) override;
  Result<> flush(Clock::Duration) override { return {}; }
  std::vector<publish::SinkTotals> totals() const override { return {}; }

 private:
  http::EventFeed& feed_;
};

}  // namespace kinesight::infer
