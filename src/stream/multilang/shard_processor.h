// A shard as the KCL gives it to a process: its records become rows, windows and dead letters, and what is
// open when the process ends, or the shard is closed, goes on elsewhere.
#pragma once

#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "stream/consumer/record_processor.h"
#include "stream/multilang/held_back.h"
#include "stream/multilang/messages.h"
#include "stream/multilang/progress.h"
#include "stream/shards/shard_source.h"
#include "stream/tables/tables.h"
#include "telemetry/telemetry.h"

namespace kinesight::stream::multilang {

/// Who takes checkpoints: the KCL.
class Checkpoints {
 public:
  virtual ~Checkpoints() = default;

  /// Whoever reads the shard next begins behind `at`; without it the shard's end was reached. One that is
  /// not taken is no error while the shard goes on: a later one stands for it. Errors: of the way there.
  virtual Result<> checkpoint(const std::optional<Position>& at, std::stop_token stop) = 0;
};

/// For one shard and one thread: begin(), take() as often as there is something, perhaps end().
///
/// What comes out is a function of the shard's records and of the moves of time that its progress notes
/// before windows' rows follow from them: windows end between records, not between batches. So whoever begins
/// again behind an older checkpoint comes to the same rows (docs/adr/0031).
class ShardProcessor final : private KeyGate {
 public:
  /// What the daemon has in hand was asked for at most so many messages ago.
  static constexpr std::size_t kPrefetched = 8;

  /// All of them outlive the processor.
  struct Parts {
    ShardSource& source;
    Tables& tables;
    ProgressStore& progress;
    Checkpoints& checkpoints;
    Clock& clock;
    telemetry::Telemetry telemetry;
  };

  ShardProcessor(const Parts& parts, const ProcessingOptions& options);

  /// Takes the shard. Errors: not_found (the stream, or the shard), invalid (its windows were others; a
  /// checkpoint without progress), corrupt, those of the source and of the progress.
  Result<> begin(const Initialize& from, std::stop_token stop);
  /// Makes of records what they become, durably. Errors: those of the tables and of the progress,
  /// unavailable (another process has the shard).
  Result<> take(const ProcessRecords& message, std::stop_token stop);
  /// The shard is closed: hands its open windows over to its children. Errors: as take().
  Result<> end(std::stop_token stop);

  /// Of records whose effects are durable.
  const RecordCounts& counts() const { return counts_; }

 private:
  struct Moment {
    Clock::Steady steady;
    std::int64_t wall_ms = 0;
  };

  Result<std::int64_t> ended_ms(const ShardRecord& record, std::string_view key) const override;
  std::int64_t floor_of(const HashKey& key) const;
  Result<std::vector<aws::Shard>> list(std::stop_token stop);
  Result<bool> claim(const Initialize& from, const std::vector<aws::Shard>& listed, std::stop_token stop);
  Result<> inherit(const aws::Shard& own, const std::vector<aws::Shard>& listed, std::stop_token stop);
  Result<> restore(const aws::Shard& own, std::stop_token stop);
  void process(const ShardRecord& record, std::int64_t now_ms);
  void idle(const ProcessRecords& message);
  void go_on_to(std::int64_t watermark_ms);
  void end_windows();
  Result<> keep(std::stop_token stop);
  Result<> write_windows(std::stop_token stop);
  Result<> save_all(std::stop_token stop);
  Result<> save(std::stop_token stop);
  void report(std::int64_t behind_ms);

  const Parts parts_;
  const ProcessingOptions options_;
  const WindowPlan plan_;
  const std::string made_of_;
  std::string shard_;
  HashRange range_;
  Progress mine_;  ///< As it was saved last.
  Windows windows_;
  Watermarks marks_;
  RecordProcessor processor_;
  HeldBack held_;
  std::optional<std::int64_t> pending_ms_;  ///< Noted and not come to: see Progress::watermark_ms.
  std::optional<Position> last_;            ///< The last record that was processed.
  bool moved_ = false;  ///< Time has passed an end of windows since the progress was saved.
  Clock::Steady next_save_{};
  std::deque<Moment> received_;  ///< When the last messages came.
  Clock::Steady last_counted_{};
  Batch batch_;
  std::vector<WindowResult> results_;
  RecordCounts counts_;
};

}  // namespace kinesight::stream::multilang
