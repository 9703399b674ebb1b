// How far event time has come in a stream of several shards, through splits and merges. Pure.
//
// Windows end by it, so it must not run ahead of the slowest shard: a watermark that follows the newest
// record of any shard drops the records of the others. Akidau et al., "The Dataflow Model", VLDB 2015,
// section 2.3.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

namespace kinesight::stream {

/// The watermark: no record older than this is expected any more. Unix milliseconds throughout. Used by one
/// thread at a time.
class Watermarks {
 public:
  /// Records come at most `lateness_ms` after one that is newer by event time, in the same shard.
  explicit Watermarks(std::int64_t lateness_ms) : lateness_ms_(lateness_ms) {}

  /// The shard is read from now on, or will be; nothing changes when it is known. Until it has a record, or
  /// is idle, it holds the watermark where it is.
  void open(const std::string& shard);
  /// A record of the shard.
  void seen(const std::string& shard, std::int64_t event_ms);
  /// The shard was read up to its newest record at `now_ms`, and there was none: what comes later will hardly
  /// be older than this moment less the lateness. So windows end also when nobody sends any more.
  void idle(const std::string& shard, std::int64_t now_ms);
  /// The shard is read to its end, and these follow it (it was split, or merged with another one): each
  /// begins where the least of its parents ended. Open a shard's parents before it, or it will not know.
  void close(const std::string& shard, std::span<const std::string> children);

  /// Nothing as long as nobody knows. It never goes back.
  std::optional<std::int64_t> watermark() const { return watermark_; }
  /// Of one shard; nothing when it is not open or has none yet.
  std::optional<std::int64_t> of(const std::string& shard) const;

  /// Takes up what an earlier run came to: watermark() and of() of its shards, all that are still open.
  void restore(std::optional<std::int64_t> watermark,
               const std::map<std::string, std::optional<std::int64_t>>& shards);

 private:
  void raise(const std::string& shard, std::int64_t to_ms);
  void settle();

  const std::int64_t lateness_ms_;
  std::map<std::string, std::optional<std::int64_t>> shards_;  ///< Those that are open.
  std::optional<std::int64_t> watermark_;
};

}  // namespace kinesight::stream
