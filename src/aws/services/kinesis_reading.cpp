// Kinesis Data Streams: ListShards, GetShardIterator, GetRecords.
#include "aws/services/kinesis_reading.h"

#include <utility>

#include "aws/services/get_records_codec.h"
#include "aws/services/json_call.h"
#include "aws/services/kinesis.h"
#include "aws/services/kinesis_protocol.h"
#include "aws/services/pages.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

/// GetRecords gives 10 MiB of data, which are 14 in base64; the rest is for keys.
constexpr JsonProtocol kRecordsProtocol{.service = kKinesisProtocol.service,
                                        .content_type = kKinesisProtocol.content_type,
                                        .target = kKinesisProtocol.target,
                                        .max_answer_bytes = 32 * 1024 * 1024};

/// Throws json::exception for a member of another type than AWS documents, as all that read answers here.
Shard shard_of(const json& answer) {
  const auto text = [](const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? std::string() : found->get<std::string>();
  };
  const auto& hash_keys = answer.at("HashKeyRange");
  const auto& sequence = answer.at("SequenceNumberRange");
  return {.id = answer.at("ShardId"),
          .parent = text(answer, "ParentShardId"),
          .adjacent_parent = text(answer, "AdjacentParentShardId"),
          .starting_hash_key = hash_keys.at("StartingHashKey"),
          .ending_hash_key = hash_keys.at("EndingHashKey"),
          .starting_sequence_number = sequence.at("StartingSequenceNumber"),
          .ending_sequence_number = text(sequence, "EndingSequenceNumber")};
}

std::string_view name_of(IteratorType type) {
  switch (type) {
    case IteratorType::latest:
      return "LATEST";
    case IteratorType::trim_horizon:
      return "TRIM_HORIZON";
    case IteratorType::at_timestamp:
      return "AT_TIMESTAMP";
    case IteratorType::at_sequence_number:
      return "AT_SEQUENCE_NUMBER";
    case IteratorType::after_sequence_number:
      return "AFTER_SEQUENCE_NUMBER";
  }
  std::unreachable();
}

}  // namespace

CallResult<std::vector<Shard>> Kinesis::list_shards(const std::string& stream, std::stop_token stop,
                                                    int page_shards) const {
  const JsonOperation operation{.protocol = kKinesisProtocol, .action = "ListShards", .max_attempts = 1};
  std::vector<Shard> shards;
  const auto take = [&](json& answer) {
    for (const auto& shard : answer.at("Shards")) shards.push_back(shard_of(shard));
    const auto next = answer.find("NextToken");
    return next == answer.end() || next->is_null() ? std::string() : next->get<std::string>();
  };
  json request{{"StreamName", stream}};
  for (int page = 0; page < kMaxPages; ++page) {
    request["MaxResults"] = page_shards;
    auto next = call_json(client_, operation, request, stop, take);
    if (!next) return std::unexpected(std::move(next.error()));
    if (next->empty()) return shards;
    request = {{"NextToken", std::move(*next)}};  // It stands instead of the stream's name.
  }
  net::Response last;
  last.status = 200;
  return unreadable_answer(operation, last, fmt::format("more than {} pages", kMaxPages));
}

CallResult<std::string> Kinesis::shard_iterator(const std::string& stream, const std::string& shard,
                                                const IteratorStart& start, std::stop_token stop) const {
  const JsonOperation operation{
      .protocol = kKinesisProtocol, .action = "GetShardIterator", .max_attempts = 1};
  json request{{"StreamName", stream}, {"ShardId", shard}, {"ShardIteratorType", name_of(start.type)}};
  if (start.type == IteratorType::at_timestamp) {
    request["Timestamp"] = static_cast<double>(start.timestamp_ms) / 1000;
  } else if (start.type == IteratorType::at_sequence_number ||
             start.type == IteratorType::after_sequence_number) {
    request["StartingSequenceNumber"] = start.sequence_number;
  }
  return call_json(client_, operation, request, std::move(stop),
                   [](json& answer) { return answer.at("ShardIterator").get<std::string>(); });
}

CallResult<RecordsPage> Kinesis::get_records(const std::string& iterator, int limit,
                                             std::stop_token stop) const {
  const JsonOperation operation{.protocol = kRecordsProtocol, .action = "GetRecords", .max_attempts = 1};
  auto response =
      send_json(client_, operation, json{{"ShardIterator", iterator}, {"Limit", limit}}, std::move(stop));
  if (!response) return std::unexpected(std::move(response.error()));
  const auto storage = std::make_shared<std::string>(std::move(response->body));
  auto page = read_get_records(storage);
  if (page) return std::move(*page);
  response->body = std::move(*storage);
  return unreadable_answer(operation, *response, page.error());
}

}  // namespace kinesight::aws
