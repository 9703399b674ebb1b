#include "publish/kds/kds_delivery.h"

#include <algorithm>
#include <array>

#include "publish/kds/aggregation.h"
#include "publish/kds/packing.h"

namespace kinesight::publish {
namespace {

using aws::Kinesis;

/// Kept free of a request's 10 MiB, should AWS count a little more than keys and data.
constexpr std::size_t kRequestSlack = 64 * 1024;
/// What an aggregated record has beside its keys and user records: magic number, digest, the key's field.
constexpr std::size_t kAggregateFrame = 64;

/// Codes by which Kinesis says that a request will never do: one of its records is poison. Whatever else it
/// refuses (for a disabled KMS key, say) is a fault of the set-up: events wait until it is repaired.
constexpr std::array<std::string_view, 3> kPoison = {"InvalidArgumentException", "SerializationException",
                                                     "ValidationException"};

/// "shardId-000000000001", of "Rate exceeded for shard shardId-000000000001 in stream … under account …".
std::string shard_in(std::string_view message) {
  const auto begin = std::min(message.find("shardId-"), message.size());
  const auto end = std::min(message.find_first_of(" ,.;:\"'", begin), message.size());
  return std::string(message.substr(begin, end - begin));
}

Outcome outcome_of(aws::PutOutcome answer, std::string_view stream) {
  if (answer.error_code.empty()) return {.part = std::move(answer.shard_id)};
  const bool throttled = aws::is_throttling(answer.error_code);
  auto message = fmt::format("Kinesis stream {}: {}: {}", stream, answer.error_code, answer.error_message);
  // A throttled record is not in the stream; after an InternalFailure nobody knows.
  if (throttled) {
    return {.verdict = Verdict::throttled,
            .part = shard_in(answer.error_message),
            .error = {ErrorKind::throttled, std::move(message)}};
  }
  return {
      .verdict = Verdict::again, .uncertain = true, .error = {ErrorKind::unavailable, std::move(message)}};
}

aws::PutRecord record_of(const Entry& entry) { return {entry.key, entry.payload}; }

Outcome too_large(const Entry& entry) {
  return {.verdict = Verdict::refused,
          .error = {
              ErrorKind::invalid,
              fmt::format("event {} of {}: expected at most {} bytes (Kinesis's limit for a record with its "
                          "key), found {}",
                          entry.name, entry.key, Kinesis::kMaxRecordBytes,
                          entry.key.size() + entry.payload.size())}};
}

/// Whether a part of the batch may go through where all of it did not.
bool is_poison(const aws::CallError& failed) {
  constexpr int too_large = 413;
  // Without a status it was our client that refused the request.
  return failed.status == 0 || failed.status == too_large ||
         std::ranges::find(kPoison, failed.code) != kPoison.end();
}

/// The kind that the drain goes by.
ErrorKind kind_of(const aws::CallError& failed) {
  switch (failed.error.kind) {
    case ErrorKind::invalid:
      return is_poison(failed) ? ErrorKind::invalid : ErrorKind::denied;
    case ErrorKind::corrupt:
      return ErrorKind::unavailable;
    default:
      return failed.error.kind;
  }
}

BatchResult failed_whole(const aws::CallError& failed) {
  return {.whole = Error{kind_of(failed), failed.error.message}, .uncertain = failed.uncertain};
}

}  // namespace

BatchLimits KdsDelivery::limits() const {
  // An aggregated request is no longer than a record, so that a camera's events in it share one: all of them
  // arrive, or none, and their order holds whatever happens.
  const bool aggregate = options_.aggregate;
  return {.entries = static_cast<std::size_t>(options_.batch_size),
          .bytes = aggregate ? Kinesis::kMaxRecordBytes - kAggregateFrame
                             : Kinesis::kMaxRequestBytes - kRequestSlack,
          .linger = std::chrono::milliseconds(options_.flush_interval_ms),
          .in_flight = options_.max_in_flight,
          .one_per_key = options_.strict_order && !aggregate};
}

std::size_t KdsDelivery::cost(const Entry& entry) const {
  if (!fits_record(record_of(entry))) return 0;  // It is not sent.
  const std::size_t plain = entry.key.size() + entry.payload.size();
  if (!options_.aggregate) return plain;
  return std::min(entry.key.size() + aggregated_share(entry.payload.size()), limits().bytes);
}

BatchResult KdsDelivery::deliver(std::span<const Entry* const> batch, std::stop_token stop) {
  std::vector<aws::PutRecord> records;
  records.reserve(batch.size());
  for (const Entry* entry : batch) records.push_back(record_of(*entry));
  const auto packed = options_.aggregate ? pack_aggregated(records) : pack(records);
  if (!packed) return {.whole = packed.error()};
  std::vector<aws::PutOutcome> answers;
  if (!packed->records.empty()) {
    auto put = kinesis_.put_records(options_.stream_name, packed->records, std::move(stop));
    if (!put) return failed_whole(put.error());
    answers = std::move(*put);
  }
  BatchResult result;
  result.outcomes.reserve(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::size_t record = packed->record_of[i];
    if (record == Packed::kTooLarge) {
      result.outcomes.push_back(too_large(*batch[i]));
    } else {
      // An aggregated record's answer is that of several entries.
      auto& answer = answers[record];
      result.outcomes.push_back(
          outcome_of(options_.aggregate ? answer : std::move(answer), options_.stream_name));
    }
  }
  return result;
}

Totals KdsDelivery::totals(const DeliveryCounts& counts) const {
  return {{"published", counts.delivered},
          {"failed", counts.dead + counts.dropped},
          {"retried", counts.retried},
          {"batches_sent", counts.requests}};
}

}  // namespace kinesight::publish
