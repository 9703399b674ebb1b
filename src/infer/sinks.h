// The sinks that infer brings along besides the configured ones.
#pragma once

#include <atomic>
#include <memory>
#include <string>

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
  publish::Totals totals() const override { return {}; }

 private:
  http::EventFeed& feed_;
};

/// Stands for a sink that configuration knows and this version has not: every event for it is refused, and so
/// counted as failed, never lost in silence.
class AbsentSink final : public publish::Publisher {
 public:
  explicit AbsentSink(std::string sink) : sink_(std::move(sink)) {}
  std::string_view sink() const override { return sink_; }
  Result<> publish(std::shared_ptr<const publish::Publication> publication, std::stop_token stop) override;
  Result<> flush(Clock::Duration) override { return {}; }
  publish::Totals totals() const override { return {{"failed", failed_.load()}}; }

 private:
  const std::string sink_;
  std::atomic<std::uint64_t> failed_{0};
};

}  // namespace kinesight::infer
