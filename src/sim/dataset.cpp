#include "sim/dataset.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <opencv2/imgcodecs.hpp>

#include "base/rng.h"
#include "sim/noise.h"
#include "sim/scene.h"

namespace kinesight::sim {
namespace {

constexpr int kMostPictures = 1'000'000;
constexpr int kMostFrames = 450;  // A picture shows its scene somewhere within its first 30 s.

Result<> write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    return fail(ErrorKind::unavailable, "cannot write {}: is there room, and may we write there?",
                path.string());
  return {};
}

std::string label_lines(const Picture& picture) {
  std::string lines;
  const double width = picture.bgr.cols, height = picture.bgr.rows;
  for (const TruthBox& box : picture.boxes) {
    const auto label = std::ranges::find(kLabels, box.label) - kLabels.begin();
    lines += fmt::format("{} {:.6f} {:.6f} {:.6f} {:.6f}\n", label, (box.x + box.w / 2) / width,
                         (box.y + box.h / 2) / height, box.w / width, box.h / height);
  }
  return lines;
}

Result<Picture> render_one(const DatasetOptions& options, int index) {
  Rng rng(hash(options.seed, static_cast<std::uint64_t>(index)));
  const SceneOptions scene_options{.seed = hash(options.seed + 1, static_cast<std::uint64_t>(index)),
                                   .width = options.width,
                                   .height = options.height,
                                   .labelled = options.labelled};
  const auto scene = Scene::create(scene_options);
  if (!scene) return std::unexpected(scene.error());
  return scene->render(rng.integer(0, kMostFrames));
}

Result<> write_picture(const DatasetOptions& options, int index, const Picture& picture) {
  const std::string name = fmt::format("{:06}", index);
  const auto image = options.out / "images" / (name + (options.jpeg_quality > 0 ? ".jpg" : ".png"));
  std::vector<int> parameters;
  if (options.jpeg_quality > 0) parameters = {cv::IMWRITE_JPEG_QUALITY, options.jpeg_quality};
  bool written = false;
  try {
    written = cv::imwrite(image.string(), picture.bgr, parameters);
  } catch (const cv::Exception& error) {
    return fail(ErrorKind::unavailable, "cannot write {}: {}", image.string(), error.err);
  }
  if (!written)
    return fail(ErrorKind::unavailable, "cannot write {}: is there room, and may we write there?",
                image.string());
  return write_text(options.out / "labels" / (name + ".txt"), label_lines(picture));
}

Result<> prepare(const DatasetOptions& options) {
  if (options.count < 1 || options.count > kMostPictures) {
    return fail(ErrorKind::invalid, "a data set's count must be 1 to {}, not {}", kMostPictures,
                options.count);
  }
  if (options.jpeg_quality < 0 || options.jpeg_quality > 100) {
    return fail(ErrorKind::invalid, "a data set's JPEG quality must be 0 (PNG) to 100, not {}",
                options.jpeg_quality);
  }
  for (const char* folder : {"images", "labels"}) {
    std::error_code error;
    std::filesystem::create_directories(options.out / folder, error);
    if (error)
      return fail(ErrorKind::unavailable, "cannot make the folder {}: {}", (options.out / folder).string(),
                  error.message());
  }
  return {};
}

/// Written last: where it stands, the set is complete.
Result<> write_classes(const DatasetOptions& options) {
  std::string classes;
  for (const std::string_view label : kLabels) classes.append(label).append("\n");
  return write_text(options.out / "classes.txt", classes);
}

}  // namespace

Result<> write_dataset(const DatasetOptions& options, const Progress& progress) {
  if (auto ready = prepare(options); !ready) return ready;
  for (int index = 0; index < options.count; ++index) {
    const auto picture = render_one(options, index);
    if (!picture) return std::unexpected(picture.error());
    if (auto written = write_picture(options, index, *picture); !written) return written;
    if (progress) progress(index + 1, options.count);
  }
  return write_classes(options);
}

}  // namespace kinesight::sim
