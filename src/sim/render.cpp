#include "sim/render.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>

#include "sim/scene.h"
#include "video/mp4_writer.h"

namespace kinesight::sim {
namespace {

constexpr double kMostSeconds = 86'400;

FrameView view_of(const cv::Mat& bgr) {
  return {.format = PixelFormat::bgr24,
          .width = bgr.cols,
          .height = bgr.rows,
          .planes = {Plane{bgr.data, static_cast<int>(bgr.step)}}};
}

std::string truth_line(std::int64_t frame, double seconds, const std::vector<TruthBox>& boxes) {
  auto objects = nlohmann::ordered_json::array();
  for (const TruthBox& box : boxes) {
    nlohmann::ordered_json object = {
        {"label", box.label}, {"bbox", {box.x, box.y, box.w, box.h}}, {"object", box.object}};
    if (!box.text.empty()) object["text"] = box.text;
    objects.push_back(std::move(object));
  }
  return nlohmann::ordered_json{{"frame", frame}, {"seconds", seconds}, {"objects", std::move(objects)}}
             .dump() +
         "\n";
}

Result<> check(const RenderOptions& options) {
  if (!(options.seconds > 0 && options.seconds <= kMostSeconds)) {
    return fail(ErrorKind::invalid, "a video's length must be above 0 and at most {} seconds, not {}",
                kMostSeconds, options.seconds);
  }
  if (!(options.keyframe_seconds > 0)) {
    return fail(ErrorKind::invalid, "keyframe_seconds must be above 0, not {}", options.keyframe_seconds);
  }
  if (options.width % 2 != 0 || options.height % 2 != 0) {
    return fail(ErrorKind::invalid, "a video's width and height must be even, not {}x{}", options.width,
                options.height);
  }
  return {};
}

Result<> make_folder_of(const std::filesystem::path& file) {
  std::error_code error;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    return fail(ErrorKind::unavailable, "cannot make the folder of {}: {}", file.string(), error.message());
  }
  return {};
}

Result<Scene> open_scene(const RenderOptions& options) {
  const auto kind = scene_kind(options.scene);
  if (!kind) return std::unexpected(kind.error());
  return Scene::create({.kind = *kind,
                        .seed = options.seed,
                        .width = options.width,
                        .height = options.height,
                        .fps = static_cast<double>(options.fps),
                        .labelled = options.labelled});
}

/// The truth file; writing to it does nothing when none was asked for.
class TruthFile {
 public:
  explicit TruthFile(const std::optional<std::filesystem::path>& path) : path_(path) {
    if (path_) file_.open(*path_, std::ios::binary);
  }
  /// An error now is better than one after an hour of rendering.
  Result<> opened() const {
    if (path_ && !file_) return unwritable();
    return {};
  }
  void write(const std::string& line) {
    if (path_) file_ << line;
  }
  Result<> finish() {
    if (!path_) return {};
    file_.close();
    if (!file_) return unwritable();
    return {};
  }

 private:
  std::unexpected<Error> unwritable() const {
    return fail(ErrorKind::unavailable,
                "cannot write the truth to {}: is there room, and may we write there?", path_->string());
  }

  std::optional<std::filesystem::path> path_;
  std::ofstream file_;
};

}  // namespace

Result<> render_video(const RenderOptions& options, const RenderProgress& progress) {
  if (auto valid = check(options); !valid) return valid;
  const auto scene = open_scene(options);
  if (!scene) return std::unexpected(scene.error());
  if (auto made = make_folder_of(options.out); !made) return made;
  const auto writer = video::Mp4Writer::create(
      options.out, {.width = options.width,
                    .height = options.height,
                    .fps = options.fps,
                    .keyframe_interval =
                        std::max(1, static_cast<int>(std::lround(options.keyframe_seconds * options.fps))),
                    .codec = options.codec});
  if (!writer) return std::unexpected(writer.error());

  if (options.truth) {
    if (auto made = make_folder_of(*options.truth); !made) return made;
  }
  TruthFile truth(options.truth);
  if (auto opened = truth.opened(); !opened) return opened;
  const auto frames = std::max<std::int64_t>(1, std::llround(options.seconds * options.fps));
  for (std::int64_t frame = 0; frame < frames; ++frame) {
    const Picture picture = scene->render(frame);
    if (auto written = (*writer)->write(view_of(picture.bgr)); !written) return written;
    truth.write(truth_line(frame, static_cast<double>(frame) / options.fps, picture.boxes));
    if (progress) progress(frame + 1, frames);
  }
  if (auto finished = truth.finish(); !finished) return finished;
  return (*writer)->finish();
}

}  // namespace kinesight::sim
