// From a shard's records to windows, measurements and dead letters. Writes nothing by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stream/consumer/batch.h"
#include "stream/consumer/options.h"
#include "stream/record/record.h"
#include "stream/shards/shard_reader.h"
#include "stream/tables/options.h"
#include "stream/windows/options.h"
#include "stream/windows/watermarks.h"
#include "stream/windows/windows.h"

namespace kinesight::stream {

/// What records are processed by.
struct ProcessingOptions {
  RecordOptions record;
  RealtimeOptions realtime;
  WindowOptions windows;
  ConsumerOptions consume;
};

/// Whatever decides what the windows hold, beside what the windows know themselves.
std::string made_of(const ProcessingOptions& options, const WindowPlan& plan);

/// What is known of a record's key, where that depends on the shard.
class KeyGate {
 public:
  virtual ~KeyGate() = default;

  /// Up to when the key's windows have ended, where that may be later than those of all: Unix milliseconds,
  /// or Windows::kNever. Error: corrupt (the record is none of this shard: a dead letter).
  virtual Result<std::int64_t> ended_ms(const ShardRecord& record, std::string_view key) const = 0;
};

/// Used by one thread. Whatever stands in a record, it is counted once, with one of the fates.
class RecordProcessor {
 public:
  /// `gate` outlives it; null: any key is welcome.
  RecordProcessor(ProcessingOptions options, std::vector<std::string> number_fields,
                  const KeyGate* gate = nullptr);

  /// Adds the batch's records to `windows`, moves `marks`, and says in `batch` what is to be written.
  /// `now_ms` is Unix time.
  void process(const ShardBatch& from, std::int64_t now_ms, Windows& windows, Watermarks& marks,
               Batch& batch);

 private:
  Result<RecordFate> take(const ShardBatch& from, const ShardRecord& record, std::int64_t now_ms,
                          Windows& windows, Watermarks& marks, Batch& batch);
  Result<> check_time(const Record& record, std::int64_t arrived_ms) const;

  const ProcessingOptions options_;
  const std::vector<std::string> number_fields_;
  const KeyGate* const gate_;
  Parser parser_;
};

}  // namespace kinesight::stream
