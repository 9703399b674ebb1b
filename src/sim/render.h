// A scene as a video file, with what it shows beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace kinesight::sim {

/// What is rendered into which file.
struct RenderOptions {
  std::string scene = "hallway";  ///< One of scene_kind_names().
  std::uint64_t seed = 1;
  double seconds = 30;          ///< Above 0, at most 86,400. The named scenes loop every 30 s.
  int width = 1280;             ///< Pixels; even.
  int height = 720;             ///< Pixels; even.
  int fps = 15;                 ///< Frames a second, 1 to 240.
  double keyframe_seconds = 1;  ///< From a keyframe to the next; above 0.
  std::string codec = "h264";   ///< "h264" or "hevc".
  bool labelled = true;         ///< false: nothing that has a label appears.
  std::filesystem::path out;    ///< The MP4 file; its folder is made.
  /// Also writes the truth, one line of JSON per frame:
  /// {"frame":0,"seconds":0.0,"objects":[{"label":"plate","bbox":[x,y,w,h],"object":47,"text":"KS 4821"}]},
  /// pixels of the frame; the same number in "object" is the same object.
  std::optional<std::filesystem::path> truth{};
};

/// Called after each frame with how many are done.
using RenderProgress = std::function<void(std::int64_t done, std::int64_t count)>;

/// Renders the video. Errors: invalid (an option), unavailable (a file cannot be written), and those of
/// Mp4Writer.
Result<> render_video(const RenderOptions& options, const RenderProgress& progress = {});

}  // namespace kinesight::sim
