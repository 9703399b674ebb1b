// The sinks behind the outbox, as the cameras see them: one publisher.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "config/outbox_options.h"
#include "publish/publisher.h"
#include "publish/publisher_kind.h"

namespace kinesight::publish {

/// publish() returns when the events are on disk; the frame's picture is drawn and encoded behind the
/// camera's back, on a thread of its own, and is on disk soon after. From there drains deliver both to the
/// sinks.
///
/// kill -9 loses no event that publish() took. It loses the pictures of frames that were not encoded yet: at
/// most kPictures, whose events then name a picture that never comes.
class OutboxPublisher final : public Publisher {
 public:
  /// Frames that wait to be encoded, at most; a camera whose frame is one more waits. Each holds a frame: 3
  /// MB at 1080p.
  static constexpr std::size_t kPictures = 8;

  /// Opens the outbox of `context.state_directory` and begins to deliver. Errors: those of Outbox::open().
  static Result<std::unique_ptr<OutboxPublisher>> open(std::vector<Sink> sinks,
                                                       const config::OutboxOptions& options,
                                                       const PublisherContext& context);
  /// Stops delivering; what the sinks have not got stays on disk.
  ~OutboxPublisher() override;

  std::string_view sink() const override { return "outbox"; }
  bool saves_snapshots() const override;
  Result<> publish(std::shared_ptr<const Publication> publication, std::stop_token stop) override;
  /// Error unavailable: names the sinks that are not done; nothing is lost by it.
  Result<> flush(Clock::Duration patience) override;
  std::vector<SinkTotals> totals() const override;

 private:
  struct Impl;
  explicit OutboxPublisher(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
