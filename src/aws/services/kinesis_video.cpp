#include "aws/services/kinesis_video.h"

#include <utility>

#include "aws/services/json_call.h"
#include "net/url.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr Service kService{
    .id = "Kinesis Video", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
constexpr JsonProtocol kProtocol{.service = "Kinesis Video", .content_type = "application/json"};

/// The member that names `stream`, by its name or by its ARN.
json naming(const std::string& stream) {
  return {{stream.starts_with("arn:") ? "StreamARN" : "StreamName", stream}};
}

/// Throws json::exception for a member of another form than AWS documents.
VideoStream stream_of(const json& answer) {
  const auto& info = answer.at("StreamInfo");
  return {.name = info.at("StreamName"),
          .arn = info.at("StreamARN"),
          .status = info.at("Status"),
          .retention_hours = info.value("DataRetentionInHours", 0)};
}

bool is_aws(const net::Url& url) {
  return url.scheme == "https" &&
         (url.host.ends_with(".amazonaws.com") || url.host.ends_with(".amazonaws.com.cn"));
}

/// Signed requests and whole videos go to the endpoint: it must be AWS's.
CallResult<std::string> checked_endpoint(std::string endpoint, bool overridden) {
  const auto url = net::parse_url(endpoint);
  if (url && (overridden || is_aws(*url))) return endpoint;
  CallError error;
  error.error = {
      url ? ErrorKind::denied : ErrorKind::corrupt,
      fmt::format("Kinesis Video GetDataEndpoint: expected an https endpoint below amazonaws.com, found {}",
                  url ? url->origin() : "no URL")};
  return std::unexpected(std::move(error));
}

}  // namespace

Result<KinesisVideo> KinesisVideo::make(Session& session, const ClientOptions& options) {
  auto client = Client::make(session, kService, {.errors = Protocol::ErrorFormat::json}, options);
  if (!client) return std::unexpected(client.error());
  return KinesisVideo(std::move(*client));
}

CallResult<VideoStream> KinesisVideo::describe(const std::string& stream, std::stop_token stop) const {
  const JsonOperation operation{.protocol = kProtocol, .action = "DescribeStream", .path = "/describeStream"};
  return call_json(client_, operation, naming(stream), std::move(stop), stream_of);
}

CallResult<std::string> KinesisVideo::data_endpoint(const std::string& stream, const std::string& api,
                                                    std::stop_token stop) const {
  const JsonOperation operation{
      .protocol = kProtocol, .action = "GetDataEndpoint", .path = "/getDataEndpoint"};
  json request = naming(stream);
  request["APIName"] = api;
  auto endpoint = call_json(client_, operation, request, std::move(stop),
                            [](json& answer) { return answer.at("DataEndpoint").get<std::string>(); });
  if (!endpoint) return endpoint;
  return checked_endpoint(std::move(*endpoint), client_.endpoint().overridden);
}

}  // namespace kinesight::aws
