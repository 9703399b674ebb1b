#include "video/kvs_hls/stream_api.h"

namespace kinesight::video::kvs_hls {
namespace {

constexpr std::size_t kMostListed = 1000;

/// A fault of settings: no region, no credentials chain that makes sense.
Failure set_up_failure(const Error& error) {
  return {.kind = FailureKind::frame_source,
          .remedy = Remedy::set_up,
          .error = {error.kind, fmt::format("{}: {}", to_string(FailureKind::frame_source), error.message)},
          .fault = "set_up"};
}

}  // namespace

Step<aws::Session*> StreamApi::session() {
  if (session_) return session_;
  if (!make_session_) {
    return std::unexpected(
        set_up_failure({ErrorKind::invalid, "this program gave the source no way to AWS"}));
  }
  const auto session = make_session_();
  if (!session) return std::unexpected(set_up_failure(session.error()));
  return session_ = *session;
}

Step<net::Transport*> StreamApi::transport() {
  const auto session = this->session();
  if (!session) return std::unexpected(session.error());
  return &(*session)->transport();
}

Step<aws::KinesisVideo*> StreamApi::control() {
  if (control_) return &*control_;
  const auto session = this->session();
  if (!session) return std::unexpected(session.error());
  auto client =
      aws::KinesisVideo::make(**session, {.region = options_.region, .endpoint_url = options_.endpoint_url});
  if (!client) return std::unexpected(set_up_failure(client.error()));
  control_.emplace(std::move(*client));
  return &*control_;
}

Step<StreamApi::Archive*> StreamApi::archive(const std::string& api, std::stop_token stop) {
  if (const auto known = archives_.find(api); known != archives_.end()) return &known->second;
  const auto control = this->control();
  if (!control) return std::unexpected(control.error());
  const auto endpoint = (*control)->data_endpoint(options_.stream_name, api, stop);
  if (!endpoint) return std::unexpected(api_failure(endpoint.error()));
  auto client =
      aws::KinesisVideoArchivedMedia::make(*session_, {.region = options_.region, .endpoint_url = *endpoint});
  if (!client) return std::unexpected(set_up_failure(client.error()));
  const auto [placed, added] = archives_.emplace(api, Archive{std::move(*client), (*control)->overridden()});
  return &placed->second;
}

Step<std::string> StreamApi::open_session(const aws::HlsSessionRequest& request, std::stop_token stop) {
  const std::string api = "GET_HLS_STREAMING_SESSION_URL";
  const auto archive = this->archive(api, stop);
  if (!archive) return std::unexpected(archive.error());
  auto url = (*archive)->client.hls_session_url(options_.stream_name, request, (*archive)->overridden, stop);
  if (url) return std::move(*url);
  archives_.erase(api);  // Perhaps the endpoint has moved.
  if (url.error().code == "ResourceNotFoundException")
    return std::unexpected(why_no_session(url.error(), stop));
  return std::unexpected(api_failure(url.error()));
}

/// ResourceNotFoundException means one of two things: there is no such stream, or no fragment of it in the
/// last 30 seconds
/// (docs.aws.amazon.com/kinesisvideostreams/latest/dg/API_reader_GetHLSStreamingSessionURL.html).
/// DescribeStream tells which.
Failure StreamApi::why_no_session(const aws::CallError& error, std::stop_token stop) {
  const auto control = this->control();
  if (!control) return control.error();
  const auto stream = (*control)->describe(options_.stream_name, stop);
  if (!stream && stream.error().code == "ResourceNotFoundException") return api_failure(stream.error());
  // Whoever may not describe streams is told the likelier of the two.
  const std::string status = stream ? stream->status : "not known";
  Failure failure = api_failure(error);
  failure.remedy = Remedy::offline;
  failure.fault = "no_fragments";
  failure.error = {
      ErrorKind::unavailable,
      fmt::format("{}: the camera sends nothing: stream '{}' (status {}) has no fragment of the time "
                  "that was asked for; check the camera and its producer",
                  to_string(FailureKind::kvs_connection), options_.stream_name, status)};
  return failure;
}

Step<std::vector<aws::ListedFragment>> StreamApi::list_fragments(aws::FragmentTime time,
                                                                 const aws::FragmentRange& range,
                                                                 std::stop_token stop) {
  const std::string api = "LIST_FRAGMENTS";
  const auto archive = this->archive(api, stop);
  if (!archive) return std::unexpected(archive.error());
  auto listed = (*archive)->client.list_fragments(options_.stream_name, time, range, kMostListed, stop);
  if (listed) return std::move(*listed);
  archives_.erase(api);
  return std::unexpected(api_failure(listed.error()));
}

}  // namespace kinesight::video::kvs_hls
