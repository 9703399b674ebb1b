#include "clips/next_message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "event/moment.h"

namespace kinesight::clips {
namespace {

using Json = nlohmann::ordered_json;

/// As seeds write times: without milliseconds where there are none.
std::string moment(std::int64_t ms) {
  std::string text = event::format_moment(ms);
  constexpr std::string_view kNone = ".000Z";
  if (text.ends_with(kNone)) text.replace(text.size() - kNone.size(), kNone.size(), "Z");
  return text;
}

std::string moment(double seconds) { return moment(static_cast<std::int64_t>(std::llround(seconds * 1000))); }

Json span(const Span& one) { return {{"start", moment(one.begin)}, {"end", moment(one.end)}}; }

Json clip_object(const Task& task, const StoredClip& clip) {
  Json gaps = Json::array();
  for (const auto& gap : clip.gaps) gaps.push_back(span(gap));
  Json json = {{"camera_id", task.camera_id},
               {"asked", {{"start", moment(task.start_ms)}, {"end", moment(task.end_ms)}}},
               {"actual", span(clip.covered)},
               {"first_frame_time", moment(clip.first_frame_time)},
               {"duration_seconds", clip.duration},
               {"frames", clip.frames},
               {"fragments", clip.fragments},
               {"gaps", std::move(gaps)},
               {"truncated", clip.truncated},
               {"bytes", clip.bytes},
               {"sha256", clip.sha256}};
  if (!clip.url.empty()) {
    json["url"] = clip.url;
    json["url_expires"] = moment(clip.url_expires_ms);
  }
  if (!clip.thumbnail_key.empty()) json["thumbnail_key"] = clip.thumbnail_key;
  return json;
}

std::string key(const Task& task, std::string_view extension) {
  std::string time = moment(task.start_ms);
  std::ranges::replace(time, ':', '-');  // Not every store and tool takes colons.
  return fmt::format("live/{}/{}{}", task.camera_id, time, extension);
}

}  // namespace

std::string clip_key(const Task& task) { return key(task, ".mp4"); }

std::string thumbnail_key(const Task& task) { return key(task, ".jpg"); }

const config::Table& VideoPreprocessing::table() {
  static const config::Table table =
      config::describe<VideoPreprocessing>("video_preprocessing",
                                           "How the next stage shall prepare the video.")
          .option("chunk_duration", &VideoPreprocessing::chunk_duration, "Seconds of one chunk.")
          .range(1, 86400)
          .option("fps", &VideoPreprocessing::fps, "Frames per second.")
          .range(1, 240)
          .option("width", &VideoPreprocessing::width, "Pixels.")
          .range(1, 16384)
          .option("height", &VideoPreprocessing::height, "Pixels.")
          .range(1, 16384);
  return table;
}

const config::Table& NextStage::table() {
  static const config::Table table =
      config::describe<NextStage>("m0", "What the next stage is told of each clip alike.")
          .option("destination_prefix", &NextStage::destination_prefix,
                  "Where it shall put its results; the process's number and a slash follow.")
          .option("cache_container_name", &NextStage::cache_container_name, "The container of its cache.");
  return table;
}

std::string next_message(const Task& task, const StoredClip& clip, const NextStage& stage) {
  const Json json = {{"process_id", task.process_id},
                     {"inference_modality", "live"},
                     {"cloud_stream_path", clip.address},
                     {"destination_prefix", fmt::format("{}{}/", stage.destination_prefix, task.process_id)},
                     {"cache_container_name", stage.cache_container_name},
                     {"live_start_time", moment(task.start_ms)},
                     {"video_preprocessing",
                      {{"chunk_duration", stage.video_preprocessing.chunk_duration},
                       {"fps", stage.video_preprocessing.fps},
                       {"width", stage.video_preprocessing.width},
                       {"height", stage.video_preprocessing.height}}}};
  std::string text = json.dump();
  text.pop_back();
  // Spliced in as it came: reading and writing it could change its numbers.
  if (!task.inference_config.empty()) text.append(",\"inference_config\":").append(task.inference_config);
  return text.append(",\"clip\":").append(clip_object(task, clip).dump()).append("}");
}

}  // namespace kinesight::clips
