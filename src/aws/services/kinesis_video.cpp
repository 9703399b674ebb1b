#include "aws/services/kinesis_video.h"

#include <utility>

#include "aws/services/pages.h"
#include "aws/services/video_url.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr Service kService{
    .id = "Kinesis Video", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
constexpr JsonProtocol kProtocol{.service = "Kinesis Video", .content_type = "application/json"};

/// A page of ListStreams: the service would give more at once, of which 1 MiB of answer may be too little.
constexpr std::size_t kPageStreams = 1000;

/// The member that names `stream`, by its name or by its ARN.
json naming(const std::string& stream) {
  return {{stream.starts_with("arn:") ? "StreamARN" : "StreamName", stream}};
}

/// Throws json::exception for a member of another form than AWS documents.
VideoStream stream_of(const json& info) {
  return {.name = info.at("StreamName"),
          .arn = info.at("StreamARN"),
          .status = info.at("Status"),
          .retention_hours = info.value("DataRetentionInHours", 0)};
}

}  // namespace

Result<KinesisVideo> KinesisVideo::make(Session& session, const ClientOptions& options) {
  auto client = Client::make(session, kService, {.errors = Protocol::ErrorFormat::json}, options);
  if (!client) return std::unexpected(client.error());
  return KinesisVideo(std::move(*client));
}

CallResult<VideoStream> KinesisVideo::describe(const std::string& stream, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol,
                                .action = "DescribeStream",
                                .max_attempts = 1,
                                .path = "/describeStream",
                                .timeouts = kVideoCallTimeouts};
  return call_json(client_, operation, naming(stream), std::move(stop),
                   [](json& answer) { return stream_of(answer.at("StreamInfo")); });
}

CallResult<std::string> KinesisVideo::data_endpoint(const std::string& stream, const std::string& api,
                                                    std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol,
                                .action = "GetDataEndpoint",
                                .max_attempts = 1,
                                .path = "/getDataEndpoint",
                                .timeouts = kVideoCallTimeouts};
  json request = naming(stream);
  request["APIName"] = api;
  auto endpoint = call_json(client_, operation, request, std::move(stop),
                            [](json& answer) { return answer.at("DataEndpoint").get<std::string>(); });
  if (!endpoint) return endpoint;
  return checked_video_url(std::move(*endpoint), overridden(), operation.action);
}

CallResult<std::vector<VideoStream>> KinesisVideo::list_streams(const std::string& prefix, std::size_t limit,
                                                                std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "ListStreams", .path = "/listStreams"};
  json request = json::object();
  if (!prefix.empty()) {
    request["StreamNameCondition"] = {{"ComparisonOperator", "BEGINS_WITH"}, {"ComparisonValue", prefix}};
  }
  return collect_pages<VideoStream>(client_, operation, std::move(request), "StreamInfoList", kPageStreams,
                                    limit, std::move(stop), stream_of);
}

}  // namespace kinesight::aws
