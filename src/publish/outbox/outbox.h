// The outbox: events and pictures on disk until every sink has them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/outbox_options.h"
#include "publish/outbox/entry.h"
#include "publish/outbox/spool.h"
#include "telemetry/telemetry.h"

namespace kinesight::publish {

/// Lies in `<state_directory>/outbox/`: a segment log each for events and snapshots, a cursor file for each
/// sink, and dead_letters.db. One process at a time writes it (a lock says so); any number may look
/// (outbox/view.h).
///
/// What append() took is on disk, as `durability` says, and survives kill -9 at any instant. Entries leave
/// the disk when every sink of their log is done with them, or when the log is full and `when_full` says
/// drop_oldest (counted).
class Outbox {
 public:
  /// `event_sinks` and `snapshot_sinks` name those that drain each log: one that is new begins with what is
  /// appended from now on; one that is gone no longer holds entries back, and what it had not got is logged
  /// and counted. Errors: unavailable (another process has it, disk full), denied, corrupt (only what cannot
  /// be told from the rest; damaged entries are skipped, counted and logged).
  static Result<std::unique_ptr<Outbox>> open(const std::filesystem::path& state_directory,
                                              const config::OutboxOptions& options,
                                              std::vector<std::string> event_sinks,
                                              std::vector<std::string> snapshot_sinks,
                                              telemetry::Telemetry telemetry, Clock& clock);
  ~Outbox();

  /// Takes entries (their key, name, sink and payload) into a log, all or none, and returns when they are on
  /// disk; many callers share one write. Any thread. When the log is full: waits (block) or drops the oldest.
  /// Errors: unavailable (disk full, I/O error: nothing was taken), cancelled, invalid (an entry larger than
  /// the log).
  Result<> append(Stream stream, std::span<const Entry> entries, std::stop_token stop);

  /// Whether append() would not wait for room.
  bool takes_now(Stream stream, std::span<const Entry> entries) const;
  /// What waits for a sink of the log. Any thread.
  Backlog backlog(Stream stream, const std::string& sink) const;

  /// The view of one sink; the outbox outlives it.
  std::unique_ptr<Spool> spool(Stream stream, const std::string& sink);

 private:
  struct Impl;
  explicit Outbox(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
