// Kinesis: PutRecord and PutRecords, and all that can go wrong with single records.
#include <charconv>

#include "support/fake_aws/cbor.h"
#include "support/fake_aws/encoding.h"
#include "support/fake_aws/kinesis.h"

namespace kinesight::support::fake {
namespace {

constexpr std::size_t kShardRecordsASecond = 1000;
constexpr std::size_t kShardBytesASecond = 1024 * 1024;
constexpr std::size_t kMaxKnownKeys = 100'000;
constexpr const char* kThrottled = "ProvisionedThroughputExceededException";

std::string decode(const PutEntry& entry) {
  if (!entry.in_base64) return std::string(entry.data);
  auto data = from_base64(entry.data);
  if (!data) throw ServiceError(400, "SerializationException", "A record's Data is not base64.");
  return std::move(*data);
}

std::string message_of(std::string_view code, const Stream& stream, const Shard& shard) {
  if (code != kThrottled) return "Internal service failure.";
  return fmt::format("Rate exceeded for shard {} in stream {} under account {}.", shard.id, stream.name,
                     kAccount);
}

void check_poison(const Call& call, const std::vector<PutEntry>& entries) {
  const Fault* poison = call.fault(FaultKind::poison);
  if (!poison) return;
  for (const PutEntry& entry : entries) {
    if (decode(entry).find(poison->marker) != std::string::npos) throw error_of(call, *poison, 0);
  }
}

}  // namespace

HttpResponse Kinesis::put_records(Call& call) {
  const PutRequest request = read_put_request(call.http.body, false, in_cbor(call.http));
  check_poison(call, request.entries);
  const std::lock_guard lock(mutex_);
  return answer_json(put(call, stream_named(request.stream), request.entries, false));
}

HttpResponse Kinesis::put_record(Call& call) {
  const PutRequest request = read_put_request(call.http.body, true, in_cbor(call.http));
  check_poison(call, request.entries);
  const std::lock_guard lock(mutex_);
  return answer_json(put(call, stream_named(request.stream), request.entries, true));
}

std::string Kinesis::put(Call& call, Stream& stream, const std::vector<PutEntry>& entries, bool single) {
  std::string answers;
  answers.reserve(entries.size() * 128);
  std::vector<KinesisRecord> records;
  std::size_t failed = 0;
  std::size_t answered = entries.size() - (call.fault(FaultKind::wrong_count) ? 1 : 0);
  for (const PutEntry& entry : entries) {
    Shard& shard = shard_of(stream, entry);
    std::string answer;
    if (const char* code = refusal(call, shard, entry)) {
      const std::string message = message_of(code, stream, shard);
      if (single) throw ServiceError(std::string_view(code) == kThrottled ? 400 : 500, code, "{}", message);
      answer = fmt::format(R"({{"ErrorCode":"{}","ErrorMessage":"{}"}})", code, message);
      ++failed;
    } else {
      const std::string sequence = sequence_text(++last_sequence_);
      store(stream, shard, entry, sequence, records);
      answer = fmt::format(R"({{"SequenceNumber":"{}","ShardId":"{}"}})", sequence, shard.id);
    }
    if (single)
      answers = std::move(answer);
    else if (answered-- > 0)
      answers += (answers.empty() ? "" : ",") + answer;
    else
      break;
  }
  if (world_.ledger.keep() == Keep::counts)
    world_.ledger.add_records(entries.size() - failed);
  else
    world_.ledger.add(std::move(records));
  if (single) return answers;
  return fmt::format(R"({{"EncryptionType":"NONE","FailedRecordCount":{},"Records":[{}]}})", failed, answers);
}

Shard& Kinesis::shard_of(Stream& stream, const PutEntry& entry) {
  const auto holding = [&](HashKey hash) {
    const auto found = std::ranges::find_if(stream.shards, [&](const Shard& shard) {
      return shard.open() && hash >= shard.first && hash <= shard.last;
    });
    return static_cast<std::size_t>(found - stream.shards.begin());
  };
  if (entry.explicit_hash) return stream.shards[holding(*entry.explicit_hash)];
  if (stream.shard_of_key.size() > kMaxKnownKeys) stream.shard_of_key.clear();
  const auto [place, fresh] = stream.shard_of_key.try_emplace(std::string(entry.partition_key));
  if (fresh) place->second = holding(hash_of(entry.partition_key));
  return stream.shards[place->second];
}

const char* Kinesis::refusal(const Call& call, Shard& shard, const PutEntry& entry) {
  for (const Fault& fault : call.faults) {
    if (fault.kind == FaultKind::throttled_shard && fault.shard == shard.id) return kThrottled;
    if (fault.kind == FaultKind::partial && world_.faults.chance(fault.share)) {
      return fault.code.empty() ? kThrottled : fault.code.c_str();
    }
  }
  return options_.shard_limits && over_limit(shard, entry) ? kThrottled : nullptr;
}

bool Kinesis::over_limit(Shard& shard, const PutEntry& entry) const {
  if (shard.second != world_.now()) {
    shard.second = world_.now();
    shard.records_in_second = shard.bytes_in_second = 0;
  }
  if (shard.records_in_second + 1 > kShardRecordsASecond ||
      shard.bytes_in_second + entry.bytes() > kShardBytesASecond) {
    return true;
  }
  ++shard.records_in_second;
  shard.bytes_in_second += entry.bytes();
  return false;
}

void Kinesis::store(Stream& stream, Shard& shard, const PutEntry& entry, const std::string& sequence,
                    std::vector<KinesisRecord>& records) {
  if (world_.ledger.keep() == Keep::counts) return;
  KinesisRecord record;
  record.stream = stream.name;
  record.shard = shard.id;
  record.partition_key = entry.partition_key;
  record.sequence_number = sequence;
  record.arrived_ms = world_.now_ms();
  record.data = decode(entry);
  record.sha256 = to_hex(sha256(record.data));
  if (world_.ledger.keep() != Keep::data) record.data = {};
  records.push_back(std::move(record));
  shard.records.push_back(stored_++);
}

}  // namespace kinesight::support::fake
