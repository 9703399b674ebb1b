// Reads a stream from where it left off, and keeps what comes of it: measurements and dead letters in tables,
// windows and positions in the state, windows' results in the state and then in their table.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stream/consumer/record_processor.h"
#include "stream/consumer/shard_crew.h"
#include "stream/shards/shard_source.h"
#include "stream/state/stream_state.h"
#include "stream/tables/tables.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream {

/// One run over a stream, from the state's positions on. For one thread.
///
/// The order in which things become durable is what makes a kill at any moment harmless: first measurements
/// and dead letters, which a second time replace themselves; then, in one transaction, windows, positions and
/// results; then the results in their table, which replace themselves too, until the state has noted that
/// they are there.
class Consumer {
 public:
  /// All of them outlive the consumer.
  struct Parts {
    ShardSource& source;
    Tables& tables;
    StreamState& state;
    Clock& clock;
    telemetry::Telemetry telemetry;
  };

  /// `start`: where reading begins when the state has no positions; nothing: it has to have some.
  Consumer(const Parts& parts, const ProcessingOptions& options, std::optional<Position> start,
           ShardReaderOptions reading = {});

  /// Reads until `stop`. Errors: those of the state and of the tables; not_found (the stream, or a
  /// checkpoint), denied (the stream may not be read), unavailable, throttled (its shards were not listed).
  /// What was not kept by then is read again by the next run.
  Result<> run(std::stop_token stop);

  /// Of this run, as kept.
  RecordCounts counts() const;

 private:
  Result<> begin(const std::stop_token& stop);
  Result<> begin_stream(std::int64_t asked_ms);
  Result<> assign();
  Result<> list(const std::stop_token& stop);
  Result<> step(const std::stop_token& stop);
  Result<> take(ShardNews news);
  void take(const ShardBatch& batch);
  Result<> take(const ShardFailed& failed);
  void idle(const ShardBatch& batch);
  void close(const ShardBatch& batch);
  void let_go(const std::string& shard);
  Result<> keep(const std::stop_token& stop);
  Result<> deliver(const std::stop_token& stop);
  std::optional<std::int64_t> ended_ms() const;
  std::optional<std::int64_t> event_time() const;
  ShardPositions readers_positions() const;
  void report();

  const Parts parts_;
  const ProcessingOptions options_;
  const std::optional<Position> start_;
  const WindowPlan plan_;
  Windows windows_;
  Watermarks marks_;
  RecordProcessor processor_;
  Positions positions_;  ///< Kept, and what has been processed since.
  Positions changed_;    ///< Of these: what has been processed since.
  std::vector<aws::Shard> listed_;
  int lists_failed_ = 0;  ///< In a row.
  Clock::Steady next_list_{};
  Clock::Steady next_report_{};
  Clock::Steady next_quiet_keep_{};
  std::map<std::string, Clock::Steady> last_record_;  ///< Of each shard that is read, or when that began.
  std::map<std::string, std::int64_t> behind_ms_;
  Batch batch_;
  mutable std::mutex mutex_;
  RecordCounts counts_;
  ShardCrew crew_;  // The last member: its threads end first.
};

}  // namespace kinesight::stream
