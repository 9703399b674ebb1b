#include "stream/consumer/record_processor.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "stream/consumer/letter.h"
#include "stream/tables/measurement.h"

namespace kinesight::stream {

std::string made_of(const ProcessingOptions& options, const WindowPlan& plan) {
  const bool by_event = options.windows.time == WindowTime::event;
  return fmt::format("key {}, time {}, fields {}", options.record.key,
                     by_event ? options.record.time : "of processing", fmt::join(plan.number_fields, ", "));
}

RecordProcessor::RecordProcessor(ProcessingOptions options, std::vector<std::string> number_fields,
                                 const KeyGate* gate)
    : options_(std::move(options)), number_fields_(std::move(number_fields)), gate_(gate) {}

void RecordProcessor::process(const ShardBatch& from, std::int64_t now_ms, Windows& windows,
                              Watermarks& marks, Batch& batch) {
  for (const ShardRecord& record : from.records) {
    const auto fate = take(from, record, now_ms, windows, marks, batch);
    ++batch.counts[fate.value_or(RecordFate::dead)];
    if (fate && *fate != RecordFate::late) continue;
    const std::string why = fate ? std::string(kLateMessage) : fate.error().message;
    batch.letters.push_back(letter_of(from.shard, record, now_ms / 1000, why));
  }
}

Result<RecordFate> RecordProcessor::take(const ShardBatch& from, const ShardRecord& raw, std::int64_t now_ms,
                                         Windows& windows, Watermarks& marks, Batch& batch) {
  const auto record = parse_record(raw.data, options_.record, number_fields_, parser_);
  if (!record) return std::unexpected(record.error());
  const Result<std::int64_t> key_ended = gate_ ? gate_->ended_ms(raw, record->key) : Windows::kNever;
  if (!key_ended) return std::unexpected(key_ended.error());
  if (record->is_duplicate) return RecordFate::duplicate;
  if (auto sound = check_time(*record, raw.arrived_ms); !sound) return std::unexpected(sound.error());
  auto measurement = measurement_of(*record, parser_, options_.realtime, now_ms / 1000);
  if (!measurement) return std::unexpected(measurement.error());

  const bool by_event = options_.windows.time == WindowTime::event;
  // A clock that was set back makes no record late.
  const std::int64_t when = by_event ? record->time_ms : std::max(now_ms, windows.ended_ms());
  const Taken taken =
      windows.add(record->key, when, record->numbers, record->message_id.value_or(0), *key_ended);
  if (taken == Taken::duplicate) return RecordFate::duplicate;
  // One sensor whose clock is ahead must not end the windows of the others.
  if (by_event) marks.seen(from.shard, std::min(when, raw.arrived_ms));
  if (taken == Taken::full) {
    ++batch.keys_refused;
    return fail(
        ErrorKind::unavailable,
        "key '{}': expected one of at most {} keys in open windows (consume.max_open_keys), found one more",
        record->key, options_.consume.max_open_keys);
  }
  batch.measurements.push_back(std::move(*measurement));
  if (record->ingestion_ms) batch.ingested_ms.push_back(*record->ingestion_ms);
  return taken == Taken::late ? RecordFate::late : RecordFate::counted;
}

Result<> RecordProcessor::check_time(const Record& record, std::int64_t arrived_ms) const {
  const auto ahead_ms = static_cast<std::int64_t>(options_.consume.max_ahead_seconds * 1000);
  if (record.time_ms <= arrived_ms + ahead_ms) return {};
  return fail(ErrorKind::corrupt,
              "field '{}': expected a time at most {} s after the record's arrival, found {} s",
              options_.record.time, options_.consume.max_ahead_seconds,
              static_cast<double>(record.time_ms - arrived_ms) / 1000);
}

}  // namespace kinesight::stream
