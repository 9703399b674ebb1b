// The message for the next stage: where the clip lies and what it is. Pure: no I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "clips/clip_plan.h"
#include "clips/task.h"
#include "config/table.h"

namespace kinesight::clips {

/// video_preprocessing: {…}: how the next stage shall prepare the video.
struct VideoPreprocessing {
  int chunk_duration = 60;  ///< Seconds.
  int fps = 15;
  int width = 1280;  ///< Pixels.
  int height = 720;  ///< Pixels.
  static const config::Table& table();
};

/// What the next stage is told of each clip alike: `m0` in clips.yaml.
struct NextStage {
  std::string destination_prefix = "processed/live/";  ///< "{process_id}/" follows.
  std::string cache_container_name = "spectra-cache";
  VideoPreprocessing video_preprocessing;
  static const config::Table& table();  ///< Without video_preprocessing, which has its own.
};

/// A clip that is stored.
struct StoredClip {
  std::string address;  ///< "s3://spectra-videos/live/front/2026-02-26T14-30-00Z.mp4".
  std::string url;      ///< Presigned; empty: none was asked for.
  std::int64_t url_expires_ms = 0;
  std::string thumbnail_key;  ///< Empty: there is none.
  std::string sha256;         ///< Of the file, hexadecimal.
  std::int64_t bytes = 0;
  double duration = 0;          ///< Seconds, as presented.
  std::int64_t frames = 0;      ///< As presented.
  double first_frame_time = 0;  ///< Unix seconds, of the first frame that is shown.
  Span covered;                 ///< From the first fragment's start to the last one's end.
  std::size_t fragments = 0;
  std::vector<Span> gaps;  ///< Of the asked time.
  bool truncated = false;  ///< Fragments that the stream holds in the asked time are missing in the clip.
};

/// The object's key: live/{camera_id}/{2026-02-26T14-30-00Z}.mp4, with milliseconds where the start has some.
std::string clip_key(const Task& task);
/// The thumbnail's: beside it, .jpg.
std::string thumbnail_key(const Task& task);

/// The message as JSON.
std::string next_message(const Task& task, const StoredClip& clip, const NextStage& stage);

}  // namespace kinesight::clips
