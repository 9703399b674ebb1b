#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "base/base64.h"
#include "sim/kvs/archived_operations.h"
#include "sim/kvs/request.h"
#include "video/kvs_hls/fragment_decoder.h"
#include "vision/picture.h"

namespace kinesight::sim::kvs {
namespace {

using nlohmann::json;

constexpr double kMaxRange = 300;  // Seconds.
constexpr std::int64_t kMaxPage = 25;
constexpr int kMaxWidth = 3840;
constexpr int kMaxHeight = 2160;
constexpr std::size_t kMaxContent = 6'291'456;   // Characters of base64.
constexpr std::int64_t kDefaultInterval = 3000;  // Milliseconds.

/// A GetImages request, checked.
struct ImagesRequest {
  TimeSelector times;
  double interval = 0;  ///< Seconds.
  bool png = false;
  int quality = 80;  ///< JPEG, 1 to 100.
  int width = 0;     ///< 0: the video's own.
  int height = 0;
  std::int64_t page = kMaxPage;
  std::int64_t first = 0;  ///< Which sample the page begins with.
};

Read<int> read_quality(const json& request) {
  const auto config = read_object(request, "FormatConfig");
  if (!config) return std::unexpected(config.error());
  const auto text = read_text(*config, "JPEGQuality", "80");
  if (!text) return std::unexpected(text.error());
  int quality = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), quality);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size() || quality < 1 || quality > 100)
    return invalid_argument("JPEGQuality must be from 1 to 100.");
  return quality;
}

Read<TimeSelector> read_times(const json& request) {
  const auto type = read_choice(request, "ImageSelectorType", {"PRODUCER_TIMESTAMP", "SERVER_TIMESTAMP"}, "");
  if (!type) return std::unexpected(type.error());
  const auto from = read_time(request, "StartTimestamp");
  if (!from) return std::unexpected(from.error());
  const auto to = read_time(request, "EndTimestamp");
  if (!to) return std::unexpected(to.error());
  if (!*from || !*to) return invalid_argument("StartTimestamp and EndTimestamp must be given.");
  if (**to < **from) return invalid_argument("EndTimestamp must not be before StartTimestamp.");
  if (**to - **from > kMaxRange)
    return invalid_argument("EndTimestamp must be within 300 seconds of StartTimestamp.");
  return TimeSelector{*type == "SERVER_TIMESTAMP", **from, **to};
}

/// The sizes, which go together: a width alone is refused, a height alone keeps the picture's proportions.
Read<ImagesRequest> read_size(const json& request, ImagesRequest images) {
  const auto width = read_integer(request, "WidthPixels", 1, kMaxWidth, 0);
  if (!width) return std::unexpected(width.error());
  const auto height = read_integer(request, "HeightPixels", 1, kMaxHeight, 0);
  if (!height) return std::unexpected(height.error());
  if (*width > 0 && *height == 0)
    return refuse(400, "ValidationException", "WidthPixels needs HeightPixels beside it.");
  images.width = static_cast<int>(*width);
  images.height = static_cast<int>(*height);
  return images;
}

Read<ImagesRequest> read_request(const json& request, const std::string& stream) {
  ImagesRequest images;
  const auto times = read_times(request);
  if (!times) return std::unexpected(times.error());
  images.times = *times;
  const auto interval = read_integer(request, "SamplingInterval", 200, 20'000, kDefaultInterval);
  if (!interval) return std::unexpected(interval.error());
  images.interval = static_cast<double>(*interval) / 1000.0;
  const auto format = read_choice(request, "Format", {"JPEG", "PNG"}, "");
  if (!format) return std::unexpected(format.error());
  images.png = *format == "PNG";
  const auto quality = read_quality(request);
  if (!quality) return std::unexpected(quality.error());
  images.quality = *quality;
  const auto page = read_integer(request, "MaxResults", 1, 100, kMaxPage);
  if (!page) return std::unexpected(page.error());
  images.page = std::min(*page, kMaxPage);
  const auto state = page_of(request, stream);
  if (!state) return std::unexpected(state.error());
  const auto first = read_integer(*state, "first", 0, 10'000, 0);
  if (!first) return std::unexpected(first.error());
  images.first = *first;
  return read_size(request, images);
}

/// Frames of one fragment after the other, each decoded once.
class Pictures {
 public:
  Pictures(const Archive& archive, const ImagesRequest& request) : archive_(archive), request_(request) {}

  /// The image's content in base64, or the name of AWS's error.
  std::expected<std::string, std::string> at(double time) {
    const auto fragment = fragment_at(time);
    if (!fragment) return std::unexpected("NO_MEDIA");
    const cv::Mat picture = frame_at(*fragment, time);
    if (picture.empty()) return std::unexpected("MEDIA_ERROR");
    return encode(picture);
  }

 private:
  std::optional<FragmentInfo> fragment_at(double time) const {
    TimeSelector around = request_.times;
    around.from = time - archive_.timeline().longest();
    around.to = time;
    const std::vector<FragmentInfo> found = archive_.range(around);
    if (found.empty() || time >= around.time_of(found.back()) + found.back().duration) return std::nullopt;
    return found.back();
  }

  /// The last frame of `fragment` that is not after `time`.
  cv::Mat frame_at(const FragmentInfo& fragment, double time) const {
    const Timeline& timeline = archive_.timeline();
    video::kvs_hls::FragmentDecoder decoder(video::DecodePolicy::all, 0, "the archive",
                                            archive_.stream().name, "");
    const double begin = request_.times.time_of(fragment);
    auto begun =
        decoder.begin({.number = fragment.number,
                       .begin = begin,
                       .duration = fragment.duration,
                       .fetched_at = begin,
                       .init = std::make_shared<const std::string>(timeline.init(fragment.rendition)),
                       .media = timeline.media(fragment)});
    if (!begun) return {};
    std::optional<Frame> seen;
    for (;;) {
      auto frame = decoder.next();
      if (!frame || !*frame) break;
      if (seen && (*frame)->capture_time > time + 1e-3) break;
      seen = *std::move(*frame);
    }
    return seen ? vision::to_bgr(seen->view) : cv::Mat();
  }

  std::expected<std::string, std::string> encode(cv::Mat picture) const {
    if (request_.height > 0) {
      const int width =
          request_.width > 0
              ? request_.width
              : std::clamp(static_cast<int>(std::lround(1.0 * picture.cols * request_.height / picture.rows)),
                           1, kMaxWidth);
      cv::resize(picture, picture, {width, request_.height}, 0, 0, cv::INTER_AREA);
    }
    std::vector<unsigned char> bytes;
    const std::vector<int> options =
        request_.png ? std::vector<int>{} : std::vector<int>{cv::IMWRITE_JPEG_QUALITY, request_.quality};
    if (!cv::imencode(request_.png ? ".png" : ".jpg", picture, bytes, options))
      return std::unexpected("MEDIA_ERROR");
    std::string content = to_base64({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    if (content.size() > kMaxContent) return std::unexpected("MEDIA_ERROR");
    return content;
  }

  const Archive& archive_;
  const ImagesRequest& request_;
};

}  // namespace

Outcome get_images(const json& request, const Archive& archive) {
  const auto images = read_request(request, archive.stream().name);
  if (!images) return std::unexpected(images.error());
  if (!archive.retains()) return refuse(400, "NoDataRetentionException", "The stream does not retain data.");
  const auto samples = 1 + static_cast<std::int64_t>(
                               std::floor((images->times.to - images->times.from) / images->interval + 1e-9));
  json answer = {{"Images", json::array()}, {"NextToken", nullptr}};
  Pictures pictures(archive, *images);
  const std::int64_t end = std::min(samples, images->first + images->page);
  for (std::int64_t i = images->first; i < end; ++i) {
    const double time = images->times.from + static_cast<double>(i) * images->interval;
    json image = {{"TimeStamp", std::round(time * 1000.0) / 1000.0}};
    const auto content = archive.has_camera() ? pictures.at(time) : std::unexpected<std::string>("NO_MEDIA");
    image[content ? "ImageContent" : "Error"] = content ? *content : content.error();
    answer["Images"].push_back(std::move(image));
  }
  if (end < samples) answer["NextToken"] = page_token({{"stream", archive.stream().name}, {"first", end}});
  return Answer{answer.dump()};
}

}  // namespace kinesight::sim::kvs
