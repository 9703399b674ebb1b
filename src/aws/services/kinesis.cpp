#include "aws/services/kinesis.h"

#include <utility>

#include "aws/of_aws.h"
#include "aws/services/kinesis_protocol.h"
#include "aws/services/put_records_codec.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr Service kService{.id = "Kinesis", .signing_name = "kinesis", .host_prefix = "kinesis"};

/// Throws json::exception for a member of another type than AWS documents.
StreamSummary summary_of(const json& answer) {
  const auto& description = answer.at("StreamDescriptionSummary");
  StreamSummary summary;
  summary.arn = description.at("StreamARN");
  summary.status = description.at("StreamStatus");
  summary.open_shards = description.at("OpenShardCount");
  summary.retention_hours = description.at("RetentionPeriodHours");
  // Streams of before on-demand capacity, and some stand-ins, have no details of the mode: provisioned.
  const auto mode = description.value("StreamModeDetails", json::object()).value("StreamMode", "PROVISIONED");
  summary.on_demand = mode == "ON_DEMAND";
  return summary;
}

}  // namespace

Result<Kinesis> Kinesis::make(Session& session, const ClientOptions& options, PutEncoding puts) {
  auto client = Client::make(session, kService, {.errors = Protocol::ErrorFormat::json}, options);
  if (!client) return std::unexpected(client.error());
  if (puts == PutEncoding::by_endpoint)
    puts = is_of_aws(client->endpoint()) ? PutEncoding::cbor : PutEncoding::json;
  return Kinesis(std::move(*client), puts);
}

CallResult<std::vector<PutOutcome>> Kinesis::put_records(const std::string& stream,
                                                         std::span<const PutRecord> records,
                                                         std::stop_token stop) const {
  const JsonOperation operation{
      .protocol = puts_ == PutEncoding::cbor ? kKinesisCborProtocol : kKinesisProtocol,
      .action = "PutRecords",
      .writes = true,
      .max_attempts = 1};
  if (const auto fault = fault_of(records); !fault.empty()) {
    return refused_request(kKinesisProtocol.service, operation.action, fault);
  }
  thread_local std::string body;  // Its memory is used again: to have it anew costs more than to fill it.
  write_put_records(body, stream, records, puts_);
  const auto response = send_json(client_, operation, std::string_view(body), std::move(stop));
  if (!response) return std::unexpected(response.error());
  auto outcomes = read_put_records(response->body, records.size());
  if (!outcomes) return unreadable_answer(operation, *response, outcomes.error());
  return std::move(*outcomes);
}

CallResult<StreamSummary> Kinesis::describe(const std::string& stream, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kKinesisProtocol, .action = "DescribeStreamSummary"};
  return call_json(client_, operation, {{"StreamName", stream}}, std::move(stop), summary_of);
}

CallResult<> Kinesis::create(const std::string& stream, const StreamShape& shape,
                             std::stop_token stop) const {
  const JsonOperation operation{.protocol = kKinesisProtocol, .action = "CreateStream", .writes = true};
  json request{{"StreamName", stream},
               {"StreamModeDetails", {{"StreamMode", shape.on_demand ? "ON_DEMAND" : "PROVISIONED"}}}};
  if (!shape.on_demand) request["ShardCount"] = shape.shards;
  const auto response = send_json(client_, operation, request, std::move(stop));
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace kinesight::aws
