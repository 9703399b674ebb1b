// Asks Kinesis Video Streams, for a comparison with another implementation: JSON lines in, JSON lines out.
// in:  {operation, stream, api} for GetDataEndpoint; {operation, stream, mode, server_time, begin, end,
// expires,
//       fragments} for GetHLSStreamingSessionURL; {operation, stream, server_time, begin, end, limit, token}
//       for ListFragments, whose first page answers with the token; {operation, stream, server_time, begin,
//       end} for GetClip; {operation, stream, numbers} for GetMediaForFragmentList.
// out: [{method, path, content_type, body}…], the requests that went out; {error} when none did.
#include <deque>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/services/kinesis_video.h"
#include "aws/services/kinesis_video_archived_media.h"

using nlohmann::json;
namespace aws = kinesight::aws;
namespace net = kinesight::net;

namespace {

const char* const kEndpoint = "http://127.0.0.1:1";

/// Keeps what it is asked, and answers as it was told.
class Recorder final : public net::Transport {
 public:
  std::expected<net::Response, net::Failure> send(const net::Request& request, std::stop_token) override {
    const std::string* type = net::find(request.headers, "Content-Type");
    asked.push_back({{"method", request.method},
                     {"path", request.url.substr(std::string_view(kEndpoint).size())},
                     {"content_type", type ? *type : ""},
                     {"body", request.body}});
    net::Response response{.status = 200, .headers = {}, .body = "{}"};
    if (!answers.empty()) {
      response.body = answers.front().dump();
      answers.pop_front();
    }
    return response;
  }
  json asked = json::array();
  std::deque<json> answers;
};

class Keys final : public aws::CredentialsProvider {
 public:
  std::string_view name() const override { return "test"; }
  kinesight::Result<aws::Credentials> get(std::stop_token) override {
    aws::Credentials credentials;
    credentials.access_key_id = "AKIDEXAMPLE";
    credentials.secret_access_key = kinesight::Secret("secret");
    return credentials;
  }
};

class Nowhere final : public net::BodySink {
 public:
  kinesight::Result<> begin(const net::Response&) override { return {}; }
  kinesight::Result<> take(std::string_view) override { return {}; }
};

aws::FragmentTime time_of(const json& line) {
  return line.at("server_time") ? aws::FragmentTime::server : aws::FragmentTime::producer;
}

std::optional<aws::FragmentRange> range_of(const json& line) {
  if (line.at("begin").is_null()) return std::nullopt;
  aws::FragmentRange range{.begin = line.at("begin")};
  if (!line.at("end").is_null()) range.end = line.at("end");
  return range;
}

aws::HlsSessionRequest session_of(const json& line) {
  using Mode = aws::HlsSessionRequest::Mode;
  const std::string mode = line.at("mode");
  return {.mode = mode == "LIVE"        ? Mode::live
                  : mode == "ON_DEMAND" ? Mode::on_demand
                                        : Mode::live_replay,
          .time = time_of(line),
          .range = range_of(line),
          .expires_seconds = line.at("expires"),
          .max_fragments = line.at("fragments")};
}

json answer_to(const json& line) {
  const auto recorder = std::make_shared<Recorder>();
  aws::Session::Parts parts;
  parts.transport = recorder;
  parts.credentials = std::make_shared<Keys>();
  aws::Session session(std::move(parts), kinesight::Clock::system());
  const aws::ClientOptions options{.region = "us-east-1", .endpoint_url = kEndpoint};
  const auto control = aws::KinesisVideo::make(session, options).value();
  const auto media = aws::KinesisVideoArchivedMedia::make(session, options).value();

  const std::string operation = line.at("operation");
  const std::string stream = line.at("stream");
  if (operation == "GetDataEndpoint") {
    (void)control.data_endpoint(stream, line.at("api"), {});
  } else if (operation == "GetHLSStreamingSessionURL") {
    (void)media.hls_session_url(stream, session_of(line), true, {});
  } else if (operation == "GetClip") {
    Nowhere sink;
    (void)media.get_clip(stream, time_of(line), range_of(line).value(), sink, {});
  } else if (operation == "GetMediaForFragmentList") {
    Nowhere sink;
    (void)media.get_media_for_fragment_list(stream, line.at("numbers").get<std::vector<std::string>>(), sink,
                                            {});
  } else {
    recorder->answers.push_back({{"Fragments", json::array()}, {"NextToken", line.at("token")}});
    (void)media.list_fragments(stream, time_of(line), range_of(line).value(), line.at("limit"), {});
  }
  if (recorder->asked.empty()) return {{"error", "nothing was sent"}};
  return recorder->asked;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);)
    std::cout << answer_to(json::parse(line)).dump() << "\n";
}
