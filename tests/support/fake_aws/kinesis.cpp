#include "support/fake_aws/kinesis.h"

#include <algorithm>

namespace kinesight::support::fake {
namespace {

using Json = nlohmann::json;

constexpr int kOnDemandShards = 4;
constexpr std::size_t kShardsAPage = 1000;

std::string arn_of(const Stream& stream) {
  return fmt::format("arn:aws:kinesis:{}:{}:stream/{}", kRegion, kAccount, stream.name);
}

std::vector<Shard> make_shards(int count) {
  std::vector<Shard> shards(static_cast<std::size_t>(count));
  // The floor of 2^128 / count, and 2^128 itself, for which a single shard has no use, is 0.
  const HashKey width = (~HashKey{0} - static_cast<HashKey>(count) + 1) / static_cast<HashKey>(count) + 1;
  for (int i = 0; i < count; ++i) {
    Shard& shard = shards[static_cast<std::size_t>(i)];
    shard.id = fmt::format("shardId-{:012}", i);
    shard.first = width * static_cast<HashKey>(i);
    shard.last = i + 1 == count ? ~HashKey{0} : width * static_cast<HashKey>(i + 1) - 1;
  }
  return shards;
}

Json json_of(const Shard& shard) {
  Json json = {{"ShardId", shard.id},
               {"HashKeyRange",
                {{"StartingHashKey", to_decimal(shard.first)}, {"EndingHashKey", to_decimal(shard.last)}}},
               {"SequenceNumberRange", {{"StartingSequenceNumber", sequence_text(shard.starting_sequence)}}}};
  if (!shard.parent.empty()) json["ParentShardId"] = shard.parent;
  if (!shard.adjacent_parent.empty()) json["AdjacentParentShardId"] = shard.adjacent_parent;
  if (!shard.open()) {
    json["SequenceNumberRange"]["EndingSequenceNumber"] = sequence_text(*shard.ending_sequence);
  }
  return json;
}

Json description_of(Stream& stream) {
  return {{"StreamName", stream.name},
          {"StreamARN", arn_of(stream)},
          {"StreamStatus", stream.creating-- > 0 ? "CREATING" : "ACTIVE"},
          {"StreamModeDetails", {{"StreamMode", stream.on_demand ? "ON_DEMAND" : "PROVISIONED"}}},
          {"RetentionPeriodHours", 24},
          {"StreamCreationTimestamp", stream.created},
          {"EnhancedMonitoring", Json::array({{{"ShardLevelMetrics", Json::array()}}})},
          {"EncryptionType", "NONE"}};
}

}  // namespace

void Kinesis::reset() {
  const std::lock_guard lock(mutex_);
  streams_.clear();
  last_sequence_ = 0;
  stored_ = 0;
}

void Kinesis::create(const std::string& name, int shards, bool on_demand) {
  const std::lock_guard lock(mutex_);
  if (streams_.contains(name)) {
    throw ServiceError(400, "ResourceInUseException", "Stream {} under account {} already exists.", name,
                       kAccount);
  }
  if (shards < 1) throw ServiceError(400, "ValidationException", "ShardCount must be at least 1.");
  streams_[name] = Stream{.name = name,
                          .on_demand = on_demand,
                          .created = world_.now(),
                          .creating = options_.creating,
                          .shards = make_shards(shards),
                          .next_shard = shards,
                          .shard_of_key = {}};
}

HttpResponse Kinesis::handle(Call& call) {
  if (call.action == "PutRecords") return put_records(call);
  if (call.action == "PutRecord") return put_record(call);
  const Json request = Json::parse(call.http.body.empty() ? "{}" : call.http.body);
  if (call.action == "CreateStream") {
    create_stream(request);
    return answer_json("");
  }
  const std::lock_guard lock(mutex_);
  if (call.action == "SplitShard" || call.action == "MergeShards") {
    call.action == "SplitShard" ? split_shard(request) : merge_shards(request);
    return answer_json("");
  }
  Json answer;
  if (call.action == "DescribeStreamSummary")
    answer = describe_stream_summary(request);
  else if (call.action == "DescribeStream")
    answer = describe_stream(request);
  else if (call.action == "ListStreams")
    answer = list_streams();
  else if (call.action == "ListShards")
    answer = list_shards(request);
  else if (call.action == "GetShardIterator")
    answer = get_shard_iterator(request);
  else if (call.action == "GetRecords")
    answer = get_records(request);
  else
    throw ServiceError(400, "UnknownOperationException", "");
  return answer_json(answer.dump());
}

Stream& Kinesis::stream_named(const std::string& name) {
  const auto found = streams_.find(name);
  if (found == streams_.end()) {
    throw ServiceError(400, "ResourceNotFoundException", "Stream {} under account {} not found.", name,
                       kAccount);
  }
  return found->second;
}

Stream& Kinesis::stream_of(const Json& request) {
  if (request.contains("StreamName")) return stream_named(request["StreamName"]);
  if (request.contains("StreamARN"))
    return stream_named(stream_of_arn(request["StreamARN"].get<std::string>()));
  throw ServiceError(400, "InvalidArgumentException", "Either StreamName or StreamARN must be provided.");
}

void Kinesis::create_stream(const Json& request) {
  const bool on_demand =
      request.value("/StreamModeDetails/StreamMode"_json_pointer, std::string("PROVISIONED")) == "ON_DEMAND";
  create(request.at("StreamName"), request.value("ShardCount", on_demand ? kOnDemandShards : 0), on_demand);
}

Json Kinesis::describe_stream_summary(const Json& request) {
  Stream& stream = stream_of(request);
  Json summary = description_of(stream);
  summary["OpenShardCount"] = std::ranges::count_if(stream.shards, &Shard::open);
  summary["ConsumerCount"] = 0;
  return {{"StreamDescriptionSummary", summary}};
}

Json Kinesis::describe_stream(const Json& request) {
  Stream& stream = stream_of(request);
  Json description = description_of(stream);
  description["HasMoreShards"] = false;
  for (const Shard& shard : stream.shards) description["Shards"].push_back(json_of(shard));
  return {{"StreamDescription", description}};
}

Json Kinesis::list_streams() const {
  Json names = Json::array();
  for (const auto& [name, stream] : streams_) names.push_back(name);
  return {{"StreamNames", names}, {"HasMoreStreams", false}};
}

Json Kinesis::list_shards(const Json& request) {
  // A NextToken is "stream/first shard", and stands instead of the stream's name.
  const std::string token = request.value("NextToken", "");
  if (!token.empty() && request.contains("StreamName")) {
    throw ServiceError(400, "InvalidArgumentException",
                       "NextToken and StreamName cannot be provided together.");
  }
  const auto slash = token.rfind('/');
  const Stream& stream = token.empty() ? stream_of(request) : stream_named(token.substr(0, slash));
  const std::size_t from = token.empty() ? 0 : std::stoul(token.substr(slash + 1));
  const std::size_t to = std::min(from + request.value("MaxResults", kShardsAPage), stream.shards.size());
  Json answer = {{"Shards", Json::array()}};
  for (std::size_t i = from; i < to; ++i) answer["Shards"].push_back(json_of(stream.shards[i]));
  if (to < stream.shards.size()) answer["NextToken"] = fmt::format("{}/{}", stream.name, to);
  return answer;
}

Shard& shard_named(Stream& stream, const std::string& id) {
  const auto found = std::ranges::find(stream.shards, id, &Shard::id);
  if (found == stream.shards.end()) {
    throw ServiceError(400, "ResourceNotFoundException",
                       "Shard {} in stream {} under account {} does not exist", id, stream.name, kAccount);
  }
  return *found;
}

}  // namespace kinesight::support::fake
