#include "cli/load_test/scenario.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>

#include "cli/progress.h"
#include "sim/render.h"

namespace kinesight::cli::load_test {
namespace {

constexpr double kSceneSeconds = 10;  ///< Of each scene, which is played again and again.
constexpr int kVideoFps = 15;         ///< Of cameras as they are; more where more is asked for.

std::pair<int, int> size_of(Resolution resolution) {
  switch (resolution) {
    case Resolution::p360:
      return {640, 360};
    case Resolution::p720:
      return {1280, 720};
    case Resolution::p1080:
      return {1920, 1080};
    case Resolution::p2160:
      return {3840, 2160};
  }
  return {};
}

/// What every camera has without --config.
YAML::Node plain_camera(const Options& options) {
  YAML::Node detector;
  detector["type"] = "object";
  detector["params"]["model_path"] = options.model;
  YAML::Node camera;
  camera["detectors"].push_back(detector);
  return camera;
}

/// The cameras of --config without their sources, to be taken in turn; and its publishers, where those are
/// asked for.
Result<std::vector<YAML::Node>> own_cameras(const Options& options, YAML::Node& root) {
  try {
    const auto file = YAML::LoadFile(options.config);
    std::vector<YAML::Node> cameras;
    for (const auto& entry : file["cameras"]) {
      YAML::Node camera = YAML::Clone(entry.second);
      for (const char* key : {"kvs", "source", "enabled"}) camera.remove(key);
      if (camera["detectors"]) cameras.push_back(camera);
    }
    if (options.publish && file["publishers"]) root["publishers"] = file["publishers"];
    if (cameras.empty())
      return fail(ErrorKind::invalid, "{}: expected a camera with detectors, found none", options.config);
    return cameras;
  } catch (const YAML::BadFile&) {
    return fail(ErrorKind::not_found, "{} cannot be read", options.config);
  } catch (const YAML::Exception& error) {
    return fail(ErrorKind::invalid, "{}:{}: {}; see kinesight check", options.config, error.mark.line + 1,
                error.msg);
  }
}

YAML::Node file_source(const std::filesystem::path& video) {
  YAML::Node source;
  source["type"] = "file";
  source["path"] = video.string();
  source["pace"] = "realtime";
  source["loop"] = true;
  return source;
}

YAML::Node kvs_source(const std::string& stream, const std::string& endpoint) {
  YAML::Node source;
  source["stream_name"] = stream;
  source["region"] = "us-east-1";
  source["endpoint_url"] = endpoint;
  return source;
}

}  // namespace

std::string camera_name(int number) { return fmt::format("camera-{}", number); }

Result<std::vector<std::filesystem::path>> render_scenes(const Options& options,
                                                         const std::filesystem::path& folder) {
  const auto [width, height] = size_of(options.resolution);
  std::vector<std::filesystem::path> videos;
  for (const char* scene : {"hallway", "parking"}) {
    const sim::RenderOptions render{.scene = scene,
                                    .seed = static_cast<std::uint64_t>(options.seed),
                                    .seconds = kSceneSeconds,
                                    .width = width,
                                    .height = height,
                                    .fps = std::max(kVideoFps, static_cast<int>(std::ceil(options.fps))),
                                    .out = folder / fmt::format("{}.mp4", scene)};
    ProgressBar bar(fmt::format("rendering {}", scene));
    auto rendered = sim::render_video(render, [&](auto done, auto count) { bar.show(done, count); });
    if (!rendered) return std::unexpected(rendered.error());
    videos.push_back(render.out);
  }
  return videos;
}

Result<std::string> cameras_yaml(const Options& options, int cameras, const std::filesystem::path& state,
                                 const std::vector<std::filesystem::path>& videos,
                                 const std::string& endpoint) {
  YAML::Node root;
  root["state_directory"] = state.string();
  root["publishers"]["local"]["enabled"] = true;
  std::vector<YAML::Node> kinds{plain_camera(options)};
  if (!options.config.empty()) {
    auto own = own_cameras(options, root);
    if (!own) return std::unexpected(own.error());
    kinds = std::move(*own);
  }
  for (int number = 1; number <= cameras; ++number) {
    const auto turn = static_cast<std::size_t>(number - 1);
    YAML::Node camera = YAML::Clone(kinds[turn % kinds.size()]);
    camera["fps_target"] = options.fps;
    if (options.source == Source::kvs) {
      camera["kvs"] = kvs_source(camera_name(number), endpoint);
    } else {
      camera["source"] = file_source(videos[turn % videos.size()]);
    }
    root["cameras"][camera_name(number)] = camera;
  }
  return YAML::Dump(root) + "\n";
}

}  // namespace kinesight::cli::load_test
