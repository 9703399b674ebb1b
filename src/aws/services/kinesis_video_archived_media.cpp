#include "aws/services/kinesis_video_archived_media.h"

#include <cmath>
#include <utility>

#include "aws/services/pages.h"
#include "aws/services/video_url.h"

namespace kinesight::aws {
namespace {

using nlohmann::json;

constexpr Service kService{
    .id = "Kinesis Video Archived Media", .signing_name = "kinesisvideo", .host_prefix = "kinesisvideo"};
constexpr JsonProtocol kProtocol{.service = "Kinesis Video", .content_type = "application/json"};
constexpr std::string_view kHlsAction = "GetHLSStreamingSessionURL";
constexpr std::string_view kListAction = "ListFragments";
/// The service's own limit of a page.
constexpr std::size_t kPageFragments = 1000;
/// An event waits for what ListFragments says of its fragment.
constexpr net::Timeouts kListTimeouts{
    .connect = std::chrono::seconds(1), .idle = std::chrono::seconds(2), .total = std::chrono::seconds(2)};

constexpr std::string_view kClipAction = "GetClip";
constexpr std::string_view kMediaAction = "GetMediaForFragmentList";
/// A clip is put together before its first byte comes; media comes at 25 MB a second at best.
constexpr net::Timeouts kMediaTimeouts{
    .connect = std::chrono::seconds(3), .idle = std::chrono::seconds(30), .total = std::chrono::minutes(10)};

/// Unix seconds with millisecond precision, as a number: REST-JSON's timestamps.
json timestamp(double seconds) {
  const double milliseconds = std::round(seconds * 1000);
  const double whole = std::floor(milliseconds / 1000);
  if (whole * 1000 == milliseconds) return static_cast<std::int64_t>(whole);
  return milliseconds / 1000;
}

bool is_time(double seconds) { return std::isfinite(seconds) && seconds >= 0 && seconds < 1e11; }

bool is_range(const FragmentRange& range) {
  return is_time(range.begin) && (!range.end || (is_time(*range.end) && *range.end >= range.begin));
}

json naming(const std::string& stream) {
  return {{stream.starts_with("arn:") ? "StreamARN" : "StreamName", stream}};
}

json selector(FragmentTime time, const std::optional<FragmentRange>& range) {
  json selector = {
      {"FragmentSelectorType", time == FragmentTime::server ? "SERVER_TIMESTAMP" : "PRODUCER_TIMESTAMP"}};
  if (!range) return selector;
  selector["TimestampRange"]["StartTimestamp"] = timestamp(range->begin);
  if (range->end) selector["TimestampRange"]["EndTimestamp"] = timestamp(*range->end);
  return selector;
}

const char* to_text(HlsSessionRequest::Mode mode) {
  switch (mode) {
    case HlsSessionRequest::Mode::live:
      return "LIVE";
    case HlsSessionRequest::Mode::live_replay:
      return "LIVE_REPLAY";
    case HlsSessionRequest::Mode::on_demand:
      return "ON_DEMAND";
  }
  return "LIVE";
}

/// What is wrong with `request`, before the service says so.
std::optional<std::string_view> refusal_of(const HlsSessionRequest& request) {
  using Mode = HlsSessionRequest::Mode;
  if (request.mode == Mode::live) return std::nullopt;
  if (!request.range || !is_range(*request.range)) return "expected a range of time, found none that is one";
  if (request.mode == Mode::on_demand && !request.range->end)
    return "expected a range with an end, found an open one";
  return std::nullopt;
}

/// A LIVE session begins with what is newest: it takes no range.
json hls_request(const std::string& stream, const HlsSessionRequest& request) {
  const bool live = request.mode == HlsSessionRequest::Mode::live;
  json body = naming(stream);
  body["PlaybackMode"] = to_text(request.mode);
  body["HLSFragmentSelector"] = selector(request.time, live ? std::nullopt : request.range);
  body["ContainerFormat"] = "FRAGMENTED_MP4";
  body["DiscontinuityMode"] = "ON_DISCONTINUITY";
  body["DisplayFragmentTimestamp"] = "ALWAYS";
  body["Expires"] = request.expires_seconds;
  body["MaxMediaPlaylistFragmentResults"] = request.max_fragments;
  return body;
}

/// Passes on what is video; anything else is the answer of somebody on the way.
class VideoSink final : public net::BodySink {
 public:
  explicit VideoSink(net::BodySink& to) : to_(to) {}
  Result<> begin(const net::Response& head) override {
    const std::string* type = net::find(head.headers, "Content-Type");
    if (!type || !type->starts_with("video/"))
      return fail(
          ErrorKind::corrupt,
          "expected video in the answer, found '{}'; is the service behind a proxy that rewrites answers?",
          type ? type->substr(0, 60) : "nothing");
    return to_.begin(head);
  }
  Result<> take(std::string_view piece) override { return to_.take(piece); }

 private:
  net::BodySink& to_;
};

CallResult<> stream_media(const Client& client, std::string_view action, std::string_view path,
                          const json& request, std::size_t max_bytes, net::BodySink& sink,
                          std::stop_token stop) {
  VideoSink video(sink);
  const JsonOperation operation{.protocol = kProtocol,
                                .action = action,
                                .max_attempts = 1,
                                .path = path,
                                .timeouts = kMediaTimeouts,
                                .sink = &video,
                                .max_sink_bytes = max_bytes};
  const auto answer = send_json(client, operation, request, std::move(stop));
  if (!answer) return std::unexpected(answer.error());
  return {};
}

/// Throws json::exception for a member of another form than AWS documents.
ListedFragment fragment_of(const json& item) {
  ListedFragment fragment;
  fragment.number = item.at("FragmentNumber");
  fragment.producer_time = item.at("ProducerTimestamp");
  fragment.server_time = item.at("ServerTimestamp");
  fragment.duration = item.value("FragmentLengthInMilliseconds", 0.0) / 1000;
  fragment.bytes = item.value("FragmentSizeInBytes", std::int64_t{0});
  return fragment;
}

}  // namespace

Result<KinesisVideoArchivedMedia> KinesisVideoArchivedMedia::make(Session& session,
                                                                  const ClientOptions& options) {
  auto client = Client::make(session, kService, {.errors = Protocol::ErrorFormat::json}, options);
  if (!client) return std::unexpected(client.error());
  return KinesisVideoArchivedMedia(std::move(*client));
}

CallResult<std::string> KinesisVideoArchivedMedia::hls_session_url(const std::string& stream,
                                                                   const HlsSessionRequest& request,
                                                                   bool overridden,
                                                                   std::stop_token stop) const {
  if (const auto why = refusal_of(request)) return refused_request(kProtocol.service, kHlsAction, *why);
  const JsonOperation operation{.protocol = kProtocol,
                                .action = kHlsAction,
                                .max_attempts = 1,
                                .path = "/getHLSStreamingSessionURL",
                                .timeouts = kVideoCallTimeouts};
  auto url = call_json(client_, operation, hls_request(stream, request), std::move(stop),
                       [](json& answer) { return answer.at("HLSStreamingSessionURL").get<std::string>(); });
  if (!url) return url;
  return checked_video_url(std::move(*url), overridden, kHlsAction);
}

CallResult<std::vector<ListedFragment>> KinesisVideoArchivedMedia::list_fragments(
    const std::string& stream, FragmentTime time, const FragmentRange& range, std::size_t limit,
    std::stop_token stop) const {
  if (!range.end || !is_range(range)) {
    return refused_request(kProtocol.service, kListAction,
                           "expected a range of time with an end, found none that is one");
  }
  json request = naming(stream);
  request["FragmentSelector"] = selector(time, range);
  const JsonOperation operation{.protocol = kProtocol,
                                .action = kListAction,
                                .max_attempts = 1,
                                .path = "/listFragments",
                                .timeouts = kListTimeouts};
  return collect_pages<ListedFragment>(client_, operation, std::move(request), "Fragments", kPageFragments,
                                       limit, std::move(stop), fragment_of);
}

CallResult<> KinesisVideoArchivedMedia::get_clip(const std::string& stream, FragmentTime time,
                                                 const FragmentRange& range, net::BodySink& sink,
                                                 std::stop_token stop) const {
  if (!range.end || !is_range(range)) {
    return refused_request(kProtocol.service, kClipAction,
                           "expected a range of time with an end, found none that is one");
  }
  json request = naming(stream);
  request["ClipFragmentSelector"] = selector(time, range);
  return stream_media(client_, kClipAction, "/getClip", request, kMaxClipBytes, sink, std::move(stop));
}

CallResult<> KinesisVideoArchivedMedia::get_media_for_fragment_list(const std::string& stream,
                                                                    const std::vector<std::string>& numbers,
                                                                    net::BodySink& sink,
                                                                    std::stop_token stop) const {
  if (numbers.empty() || numbers.size() > kMaxListedMedia) {
    return refused_request(
        kProtocol.service, kMediaAction,
        fmt::format("expected 1 to {} fragments, found {}", kMaxListedMedia, numbers.size()));
  }
  json request = naming(stream);
  request["Fragments"] = numbers;
  return stream_media(client_, kMediaAction, "/getMediaForFragmentList", request, kMaxMediaBytes, sink,
                      std::move(stop));
}

}  // namespace kinesight::aws
