#include "infer/footage/footage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "aws/services/kinesis_video.h"
#include "video/options_kvs.h"

namespace kinesight::infer {
namespace {

using Refused = std::unexpected<http::Refusal>;

/// The recording is asked for what a camera has sent, which takes a while to be there.
constexpr double kSettleSeconds = 3;

/// Keeps an answer in memory, as long as it is not too long.
class MemorySink final : public net::BodySink {
 public:
  Result<> begin(const net::Response&) override {
    bytes_.clear();
    return {};
  }
  Result<> take(std::string_view piece) override {
    too_long_ = bytes_.size() + piece.size() > FootageStore::kMaxBytes;
    if (too_long_) return fail(ErrorKind::invalid, "the footage is too long");
    if (Clock::system().steady() > deadline_)
      return fail(ErrorKind::unavailable, "the footage comes too slowly");
    bytes_ += piece;
    return {};
  }

  bool too_long() const { return too_long_; }
  std::string bytes() && { return std::move(bytes_); }

 private:
  const Clock::Steady deadline_ = Clock::system().steady() + FootageStore::kPatience;
  std::string bytes_;
  bool too_long_ = false;
};

Refused refuse(int status, std::string reason, int retry_seconds = 0) {
  return Refused({.status = status, .reason = std::move(reason), .retry_seconds = retry_seconds});
}

Refused of_aws(const Error& error) {
  switch (error.kind) {
    case ErrorKind::not_found:
      return refuse(404, "the stream has no recording of that time, or none any more: " + error.message);
    case ErrorKind::throttled:
    case ErrorKind::unavailable:
    case ErrorKind::cancelled:
      return refuse(503, error.message, 5);
    default:
      return refuse(502, error.message);
  }
}

std::optional<video::ClipRequest> request_for(const event::Envelope& envelope,
                                              const http::FootageQuery& query) {
  const auto kvs = envelope.payload.extras.value("kvs", nlohmann::json::object());
  const bool as_it_says = !query.before_seconds && !query.after_seconds;
  if (as_it_says && kvs.contains("clip")) return video::parse_clip_request(kvs["clip"]);
  video::FootageSpan span;
  if (query.before_seconds) span.before_seconds = *query.before_seconds;
  if (query.after_seconds) span.after_seconds = *query.after_seconds;
  return video::clip_request(kvs, span);
}

}  // namespace

std::expected<http::SharedFile, http::Refusal> FootageStore::around(const event::Envelope& envelope,
                                                                    const http::FootageQuery& query) {
  const auto request = request_for(envelope, query);
  if (!request) return refuse(404, "the event is of no Kinesis video stream: there is no recording of it");
  const auto where = where_(envelope.camera_id);
  if (!where)
    return refuse(
        404, fmt::format("no camera '{}' with a Kinesis video stream is configured", envelope.camera_id));
  const std::string name = video::to_json(*request).dump();
  if (auto mp4 = kept(name)) return mp4;
  const double missing = *request->range.end + kSettleSeconds - static_cast<double>(clock_.wall_ms()) / 1000;
  if (missing > 0) {
    return refuse(503,
                  fmt::format("not all of it is recorded yet: ask again in {:.0f} s", std::ceil(missing)),
                  static_cast<int>(std::ceil(missing)));
  }
  if (!places_.try_acquire()) return refuse(429, fmt::format("{} clips are fetched already", kAtOnce), 2);
  const struct Leave {
    std::counting_semaphore<kAtOnce>& places;
    ~Leave() { places.release(); }
  } leave{places_};
  auto mp4 = fetch(*request, *where);
  if (mp4) keep(name, *mp4);
  return mp4;
}

std::expected<http::SharedFile, http::Refusal> FootageStore::fetch(const video::ClipRequest& request,
                                                                   const aws::ClientOptions& options) {
  const auto session = cloud_.get();
  if (!session) return of_aws(session.error());
  const auto control = aws::KinesisVideo::make(**session, options);
  if (!control) return of_aws(control.error());
  const std::stop_token stop = stopping_.get_token();
  const auto endpoint = control->data_endpoint(request.stream, "GET_CLIP", stop);
  if (!endpoint) return of_aws(endpoint.error().error);
  const auto media =
      aws::KinesisVideoArchivedMedia::make(**session, {.region = options.region, .endpoint_url = *endpoint});
  if (!media) return of_aws(media.error());
  MemorySink sink;
  const auto got = media->get_clip(request.stream, request.time, request.range, sink, stop);
  if (sink.too_long()) {
    return refuse(422, fmt::format("the footage is longer than {} bytes: ask for fewer seconds", kMaxBytes));
  }
  if (!got) return of_aws(got.error().error);
  return std::make_shared<const std::string>(std::move(sink).bytes());
}

http::SharedFile FootageStore::kept(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  std::erase_if(kept_, [&](const Kept& one) { return one.until <= now; });
  for (const auto& one : kept_) {
    if (one.name == name) return one.mp4;
  }
  return nullptr;
}

void FootageStore::keep(const std::string& name, http::SharedFile mp4) {
  std::lock_guard lock(mutex_);
  if (kept_.size() == kKept) kept_.pop_front();
  kept_.push_back({name, std::move(mp4), clock_.steady() + kKeptFor});
}

std::optional<aws::ClientOptions> stream_of(const config::CamerasFile& file, const std::string& camera_id) {
  const auto camera = std::ranges::find(file.cameras, camera_id, &config::CameraConfig::id);
  if (camera == file.cameras.end() || !camera->source) return std::nullopt;
  if (camera->source->type != video::KvsOptions::table().name()) return std::nullopt;
  const auto& options = camera->source->options.as<video::KvsOptions>();
  return aws::ClientOptions{.region = options.region, .endpoint_url = options.endpoint_url};
}

}  // namespace kinesight::infer
