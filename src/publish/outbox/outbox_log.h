// OutboxLog: one of the two logs of an outbox, with the sinks that drain it.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "publish/outbox/dead_letter_store.h"
#include "publish/outbox/outbox_sink.h"
#include "publish/outbox/segment_log.h"
#include "telemetry/telemetry.h"

namespace kinesight::publish::outbox {

/// What a log of an outbox is made of.
struct OutboxLogSetup {
  std::filesystem::path folder;  ///< The outbox's.
  Stream stream = Stream::events;
  std::vector<std::string> sinks;
  LogOptions options;
  Disk& disk;
  DeadLetterStore& dead_letters;
  telemetry::Telemetry telemetry;
  Clock& clock;
};

/// `folder`/events.kds.cursor
std::filesystem::path cursor_path(const std::filesystem::path& folder, Stream stream, std::string_view sink);
/// The sinks that have a cursor for `stream` in `folder`.
Result<std::vector<std::string>> sinks_with_cursor(const std::filesystem::path& folder, Stream stream);

/// Safe for any number of threads.
class OutboxLog final : private LogReaders {
 public:
  static Result<std::unique_ptr<OutboxLog>> open(OutboxLogSetup setup);

  /// As Outbox::append(). Without a sink there is nobody to keep them for.
  Result<> append(std::span<const Entry> entries, std::stop_token stop);
  /// Whether append() would not wait for room.
  bool takes_now(std::span<const Entry> entries) const { return log_->takes_now(entries); }
  /// The sink called `name`, which there must be.
  OutboxSink& sink(const std::string& name);

  /// Takes in again the dead letters that somebody wants another try of.
  Result<> take_back(std::stop_token stop);
  /// Puts the cursors on the disk and moves the gauges.
  void look_after();

 private:
  explicit OutboxLog(OutboxLogSetup setup) : setup_(std::move(setup)) {}
  Result<> open_log();
  Result<> open_sinks();
  Result<> open_sink(const std::string& name);
  Result<> forget_sink(const std::string& name);
  Result<> settle_moves();
  Result<> take_back(OutboxSink& sink, const std::stop_token& stop);
  bool holds(const DeadLetterStore::Returning& letter) const;
  bool knows(const std::string& sink) const;

  std::uint64_t needed() const override;
  void retiring(const Boundary& start) override;
  void appended() override;

  const OutboxLogSetup setup_;
  std::unique_ptr<SegmentLog> log_;
  std::vector<std::unique_ptr<OutboxSink>> sinks_;
};

}  // namespace kinesight::publish::outbox
