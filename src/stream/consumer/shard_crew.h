// Readers of all shards that may be read now, each on a thread of its own, and what they bring, in one
// bounded queue.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "base/bounded_queue.h"
#include "base/worker.h"
#include "stream/shards/lineage.h"
#include "stream/shards/shard_reader.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// A reader that gave up on its shard.
struct ShardFailed {
  std::string shard;
  Error error;
};

/// What readers bring.
using ShardNews = std::variant<ShardBatch, ShardFailed>;

/// Used by one thread. At most kMostPages answers of the service are there at a time, asked for, in the queue
/// or in the hand of who took them: of some 14 MiB each, however many shards there are.
class ShardCrew final : private ShardSink {
 public:
  static constexpr int kMostPages = 32;

  /// All of them outlive the crew.
  ShardCrew(ShardSource& source, Clock& clock, telemetry::Telemetry telemetry,
            ShardReaderOptions options = {});
  /// Stops all readers, and throws away what they brought.
  ~ShardCrew() override;

  /// Starts a reader for each shard that may be read and is not.
  void assign(std::span<const aws::Shard> listed, const ShardPositions& positions);
  /// What a reader brought; nothing when none brought anything within `patience`, or `stop` came.
  std::optional<ShardNews> next(Clock::Duration patience, std::stop_token stop);
  /// The shard's last batch, or its failure, has been dealt with: its reader is let go.
  void let_go(const std::string& shard);

  std::set<std::string> being_read() const;

 private:
  class Places;
  struct Reader {
    explicit Reader(ShardSource& source, Clock& clock, ShardSink& sink, const ShardReaderOptions& options)
        : reader(source, clock, sink, Rng::from_entropy(), options) {}
    ShardReader reader;
    std::optional<Worker> worker;  // The last member: its thread uses the others.
  };

  std::shared_ptr<const void> room(std::stop_token stop) override;
  bool take(ShardBatch batch, std::stop_token stop) override;
  bool trouble(const ShardTrouble& trouble) override;
  void read(Reader& reader, const Assignment& assignment, std::stop_token stop);

  ShardSource& source_;
  Clock& clock_;
  const telemetry::Telemetry telemetry_;
  const ShardReaderOptions options_;
  const std::shared_ptr<Places> places_;
  BoundedQueue<ShardNews> news_{kMostPages, WhenFull::block};
  std::map<std::string, std::unique_ptr<Reader>> readers_;
};

}  // namespace kinesight::stream
