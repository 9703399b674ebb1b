// What a simulated camera sends: video files or rendered scenes, cut into fragments.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "sim/render.h"
#include "video/fragmenter.h"

namespace kinesight::sim::kvs {

/// How footage is made.
struct FootageOptions {
  double fragment_seconds = 2;  ///< At least; above 0, at most 20. Files are cut at their keyframes.
  /// Where rendered scenes are kept for the next time; made when it is not there. It can be emptied at will.
  std::filesystem::path cache_folder;
  /// Adds the first recording at half its size, for the fault `resolution`. Costs a few seconds.
  bool second_size = false;
  std::size_t max_bytes = 512UL * 1024 * 1024;  ///< Of one recording in memory.

  // Of rendered scenes; see RenderOptions.
  int width = 1280;
  int height = 720;
  int fps = 15;
  double scene_seconds = 30;
  std::uint64_t seed = 1;
  RenderProgress progress{};
};

/// Recordings with the same cuts, as Timeline takes them.
using Footage = std::vector<std::shared_ptr<const video::FragmentedVideo>>;

/// Loads the footage of one stream. Each of `sources` is a video file (H.264 or HEVC) or a scene:
/// "scene:hallway", "scene:parking", "scene:random". The first is what the camera usually sends, the others
/// are what it changes to; they must have as many frames, and keyframes where the first is cut. Errors: those
/// of video::fragment_video() and render_video(); invalid (an option, no source, other cuts).
Result<Footage> load_footage(const std::vector<std::string>& sources, const FootageOptions& options);

}  // namespace kinesight::sim::kvs
