#include "sim/kvs/footage.h"

#include <unistd.h>

#include <atomic>
#include <cmath>
#include <system_error>

#include "sim/kvs/half_size.h"
#include "sim/scene.h"

namespace kinesight::sim::kvs {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScene = "scene:";
constexpr double kLongestFragment = 20;  // Kinesis Video Streams takes no longer ones.

/// A file of this process alone, gone when this is.
class Scratch {
 public:
  explicit Scratch(const fs::path& folder) {
    static std::atomic<int> next = 0;
    path_ = folder / fmt::format("unfinished-{}-{}.mp4", getpid(), next++);
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// The cache folder, made when it is not there.
Result<fs::path> cache_of(const FootageOptions& options) {
  const fs::path& folder = options.cache_folder;
  if (folder.empty())
    return fail(ErrorKind::invalid, "expected a folder to keep rendered video in, found none");
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return folder;
  return fail(ErrorKind::unavailable, "cannot make the folder {} for rendered video: {}", folder.string(),
              error.message());
}

/// The distance of keyframes that lets fragments be as long as asked for: a second, or a little less.
double keyframe_seconds(double fragment_seconds) { return fragment_seconds / std::ceil(fragment_seconds); }

RenderOptions render_options(const std::string& scene, const FootageOptions& options) {
  return {.scene = scene,
          .seed = options.seed,
          .seconds = options.scene_seconds,
          .width = options.width,
          .height = options.height,
          .fps = options.fps,
          .keyframe_seconds = keyframe_seconds(options.fragment_seconds),
          .out = {}};
}

/// Says all that the pictures depend on, but the renderer itself.
std::string name_of(const RenderOptions& render) {
  return fmt::format("{}-{}x{}-{}fps-{}s-keyframe-{}s-seed-{}.mp4", render.scene, render.width, render.height,
                     render.fps, render.seconds, render.keyframe_seconds, render.seed);
}

/// The scene as a file, rendered unless it has been.
Result<fs::path> scene_file(const std::string& scene, const FootageOptions& options) {
  const auto folder = cache_of(options);
  if (!folder) return folder;
  RenderOptions render = render_options(scene, options);
  const fs::path file = *folder / name_of(render);
  std::error_code error;
  if (fs::is_regular_file(file, error)) return file;
  // Another process may be at it as well: each renders a file of its own.
  const Scratch scratch(*folder);
  render.out = scratch.path();
  if (auto rendered = render_video(render, options.progress); !rendered) {
    return std::unexpected(rendered.error());
  }
  fs::rename(scratch.path(), file, error);
  if (!error) return file;
  return fail(ErrorKind::unavailable, "cannot keep the rendered scene as {}: {}", file.string(),
              error.message());
}

Result<fs::path> file_of(const std::string& source, const FootageOptions& options) {
  if (!source.starts_with(kScene)) return fs::path(source);
  const std::string scene = source.substr(kScene.size());
  if (auto kind = scene_kind(scene); !kind) return std::unexpected(kind.error());
  return scene_file(scene, options);
}

Result<video::FragmentedVideo> second_size(const fs::path& file, const video::FragmentedVideo& first,
                                           const FootageOptions& options) {
  const auto folder = cache_of(options);
  if (!folder) return std::unexpected(folder.error());
  const Scratch scratch(*folder);
  return at_half_size(file, first, scratch.path(), options.max_bytes);
}

Result<> check(const std::vector<std::string>& sources, const FootageOptions& options) {
  if (sources.empty()) {
    return fail(ErrorKind::invalid, "expected a video file or scene:{{{}}}, found nothing",
                scene_kind_names());
  }
  if (options.fragment_seconds > 0 && options.fragment_seconds <= kLongestFragment) return {};
  return fail(ErrorKind::invalid, "a fragment's length must be above 0 and at most {} seconds, not {}",
              kLongestFragment, options.fragment_seconds);
}

}  // namespace

Result<Footage> load_footage(const std::vector<std::string>& sources, const FootageOptions& options) {
  if (auto good = check(sources, options); !good) return std::unexpected(good.error());
  Footage footage;
  fs::path first_file;
  const auto add = [&](Result<video::FragmentedVideo> cut) -> Result<> {
    if (!cut) return std::unexpected(cut.error());
    footage.push_back(std::make_shared<const video::FragmentedVideo>(std::move(*cut)));
    return {};
  };
  for (const std::string& source : sources) {
    const auto file = file_of(source, options);
    if (!file) return std::unexpected(file.error());
    auto added = footage.empty()
                     ? add(video::fragment_video(*file, options.fragment_seconds, options.max_bytes))
                     : add(video::fragment_video_like(*file, *footage.front(), options.max_bytes));
    if (!added) return std::unexpected(added.error());
    if (first_file.empty()) first_file = *file;
  }
  if (options.second_size) {
    if (auto added = add(second_size(first_file, *footage.front(), options)); !added) {
      return std::unexpected(added.error());
    }
  }
  return footage;
}

}  // namespace kinesight::sim::kvs
