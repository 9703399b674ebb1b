// What waits in an outbox, read beside a service that runs or without one. `kinesight outbox` and the
// dashboard ask.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "publish/outbox/entry.h"

namespace kinesight::publish {

/// One sink's account, since the outbox was made: accepted = delivered + waiting + dead + dropped.
struct SinkAccount {
  std::string sink;
  Stream stream = Stream::events;
  std::uint64_t accepted = 0;
  std::uint64_t delivered = 0;
  std::uint64_t waiting = 0;
  std::uint64_t dead = 0;       ///< Among the dead letters, or taken out of them by hand.
  std::uint64_t dropped = 0;    ///< By a full outbox, or lost to a damaged file.
  std::uint64_t uncertain = 0;  ///< Sent again although they may have been in the sink.
  std::uint64_t waiting_bytes = 0;
  std::optional<std::int64_t> oldest_ms;  ///< When the oldest that waits was accepted: Unix milliseconds.
};

/// The accounts of all sinks, by name. Errors: not_found (no outbox there), corrupt, denied.
Result<std::vector<SinkAccount>> view_outbox(const std::filesystem::path& state_directory);

/// A poison entry.
struct DeadLetter {
  std::int64_t id = 0;
  std::string sink;
  Stream stream = Stream::events;
  std::string key;   ///< camera_id
  std::string name;  ///< event_id or object key
  std::string error;
  int tries = 0;
  std::int64_t accepted_ms = 0;
  std::int64_t buried_ms = 0;
  std::int64_t bytes = 0;
  bool retrying = false;  ///< Handed back to the outbox, which has not taken it in yet.
};

/// The dead letters of an outbox, beside a service that runs or without one. Used by one thread.
class DeadLetters {
 public:
  /// Errors: not_found (no outbox there), corrupt, denied.
  static Result<DeadLetters> open(const std::filesystem::path& state_directory);
  DeadLetters(DeadLetters&&) noexcept;
  DeadLetters& operator=(DeadLetters&&) noexcept;
  ~DeadLetters();

  /// The newest first, at most `limit`; `sink` empty for all.
  Result<std::vector<DeadLetter>> list(const std::string& sink, std::size_t limit);
  Result<std::string> payload(std::int64_t id);
  /// Marks them for the outbox to take in again: the service that runs does so within seconds, or the next
  /// start. Empty `ids`: all (of `sink`). How many.
  Result<std::int64_t> retry(const std::vector<std::int64_t>& ids, const std::string& sink);
  /// Deletes them for good. How many.
  Result<std::int64_t> drop(const std::vector<std::int64_t>& ids, const std::string& sink);

 private:
  struct Impl;
  explicit DeadLetters(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kinesight::publish
