#include "config/cameras_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/regions.h"
#include "config/section.h"
#include "config/yaml_file.h"

namespace kinesight::config {
namespace {

constexpr std::size_t kCameraIdLength = 256;

/// Turns the tree of a file into a CamerasFile.
class Loader {
 public:
  Loader(const Catalog& catalog, const Environment& environment, Report& report)
      : catalog_(catalog), environment_(environment), report_(report) {}

  CamerasFile file(const YamlNode& root) {
    CamerasFile file;
    Section top(root, "", report_, environment_);
    top.read(ServiceOptions::table(), &file.service);
    file.http = top.block<HttpOptions>();
    file.outbox = top.block<OutboxOptions>();
    if (const YamlNode* node = top.take("publishers")) file.publishers = publishers(*node);
    const YamlNode* node = top.take("cameras");
    if (node) file.cameras = cameras(*node);
    if (!node && top.valid())
      report_.error(top.line(), "cameras", "expected a mapping of camera ids, found nothing");
    top.finish();
    if (node && !report_.has_errors()) warn_if_idle(file, top, *node);
    return file;
  }

 private:
  std::vector<ComponentConfig> publishers(const YamlNode& node) {
    Section section(node, "publishers", report_, environment_);
    std::vector<ComponentConfig> enabled;
    for (const ComponentType& type : catalog_.publishers) {
      if (const YamlNode* block = section.take(type.options->name())) publisher(type, *block, enabled);
    }
    section.finish();
    return enabled;
  }

  void publisher(const ComponentType& type, const YamlNode& node, std::vector<ComponentConfig>& enabled) {
    Section section(node, "publishers." + type.options->name(), report_, environment_);
    PublisherOptions common;
    section.read(PublisherOptions::table(), &common);
    ComponentConfig config = read_options(type, section, demand(common.enabled), section);
    section.finish();
    if (!common.enabled) return;
    enabled.push_back(std::move(config));
  }

  std::vector<CameraConfig> cameras(const YamlNode& node) {
    std::vector<CameraConfig> cameras;
    Section section(node, "cameras", report_, environment_);
    for (const YamlEntry* entry : section.entries()) cameras.push_back(camera(*entry));
    if (section.valid() && cameras.empty())
      report_.error(node.line, "cameras", "expected at least one camera, found none");
    return cameras;
  }

  CameraConfig camera(const YamlEntry& entry) {
    CameraConfig camera;
    camera.id = entry.key;
    Section section(entry.value, "cameras." + printable(entry.key), report_, environment_);
    if (!is_camera_id(entry.key)) {
      report_.error(
          entry.line, section.path(),
          fmt::format("expected a camera id of 1 to {} letters, digits, '_', '.' and '-' other than '.' and "
                      "'..', found {}",
                      kCameraIdLength, in_quotes(entry.key)));
    }
    if (!section.valid()) return camera;
    section.read(CameraOptions::table(), &camera.options);
    camera.source = source(section, camera.options.enabled);
    RegionNames names;
    camera.regions = read_regions(section, names, demand(camera.options.enabled), report_, environment_);
    camera.motion_gate = section.block<MotionGateOptions>();
    camera.bitstream_gate = section.block<BitstreamGateOptions>();
    camera.overload = section.block<OverloadOptions>();
    camera.detectors = detectors(section, names, camera.options.enabled);
    section.finish();
    return camera;
  }

  std::optional<ComponentConfig> source(Section& camera, bool enabled) {
    const YamlNode* kvs = camera.take("kvs");
    const YamlNode* other = camera.take("source");
    if (kvs && other) {
      report_.error(other->line, camera.path_of("source"), "expected 'kvs' or 'source', found both");
    } else if (!kvs && !other && enabled) {
      report_.error(camera.line(), camera.path(), "expected 'kvs' or 'source', found neither");
    }
    if (kvs) return kvs_source(camera, *kvs, enabled);
    return other ? typed_source(camera, *other, enabled) : std::nullopt;
  }

  /// `kvs: {…}`: its key says its type.
  std::optional<ComponentConfig> kvs_source(Section& camera, const YamlNode& node, bool enabled) {
    const ComponentType* type = find_type(catalog_.sources, "kvs");
    if (!type) {
      report_.error(node.line, camera.path_of("kvs"),
                    "unknown source; expected " + names_of(catalog_.sources));
      return std::nullopt;
    }
    Section section(node, camera.path_of("kvs"), report_, environment_);
    return finish_source(*type, section, enabled);
  }

  /// `source: {type: …}`.
  std::optional<ComponentConfig> typed_source(Section& camera, const YamlNode& node, bool enabled) {
    Section section(node, camera.path_of("source"), report_, environment_);
    const ComponentType* type = known_type(section, catalog_.sources, report_);
    return type ? std::optional(finish_source(*type, section, enabled)) : std::nullopt;
  }

  ComponentConfig finish_source(const ComponentType& type, Section& section, bool enabled) {
    ComponentConfig config = read_options(type, section, demand(enabled), section);
    section.finish();
    return config;
  }

  /// `regions` are the names of the camera's.
  std::vector<DetectorConfig> detectors(Section& camera, const RegionNames& regions, bool enabled) {
    const YamlNode* node = camera.take("detectors");
    const std::string path = camera.path_of("detectors");
    const bool is_list = node && node->kind == YamlNode::Kind::list;
    std::vector<DetectorConfig> detectors;
    if (!is_list || node->items.empty()) {
      const bool fault = enabled || (node && !is_list && node->kind != YamlNode::Kind::null);
      if (fault) {
        report_.error(node ? node->line : camera.line(), path,
                      fmt::format("expected a list of detectors, found {}", !node     ? "nothing"
                                                                            : is_list ? "an empty one"
                                                                                      : found(*node)));
      }
      return detectors;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
      auto config = detector(node->items[i], fmt::format("{}[{}]", path, i), regions, enabled);
      if (config) detectors.push_back(std::move(*config));
    }
    return detectors;
  }

  /// `- type: …` with its options under `params`. `regions` is a copy: detectors may name theirs alike.
  std::optional<DetectorConfig> detector(const YamlNode& node, const std::string& path, RegionNames regions,
                                         bool enabled) {
    Section section(node, path, report_, environment_);
    const ComponentType* type = known_type(section, catalog_.detectors, report_);
    if (!type) return std::nullopt;
    const YamlNode nothing = YamlNode::nothing(node.line);
    const YamlNode* params = section.take("params");
    Section options(params ? *params : nothing, path + ".params", report_, environment_);
    DetectorConfig config{read_options(*type, options, demand(enabled), section), {}, {}};
    options.finish();
    section.read(DetectorOptions::table(), &config.common);
    config.regions = read_regions(section, regions, demand(enabled), report_, environment_);
    section.finish(type->options, "params");
    return config;
  }

  static Demand demand(bool enabled) { return enabled ? Demand::complete : Demand::partial; }

  void warn_if_idle(const CamerasFile& file, const Section& top, const YamlNode& cameras) {
    const auto enabled = [](const CameraConfig& camera) { return camera.options.enabled; };
    if (std::ranges::none_of(file.cameras, enabled)) {
      report_.warning(cameras.line, "cameras", "no camera is enabled; there is nothing to do");
    }
    if (file.publishers.empty()) {
      report_.warning(top.line(), "publishers", "no publisher is enabled; events are counted and go nowhere");
    }
  }

  const Catalog& catalog_;
  const Environment& environment_;
  Report& report_;
};

}  // namespace

bool is_camera_id(std::string_view id) {
  const auto good = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '.' || c == '-'; };
  return !id.empty() && id.size() <= kCameraIdLength && id != "." && id != ".." &&
         std::ranges::all_of(id, good);
}

std::expected<CamerasFile, std::vector<Problem>> parse_cameras_file(std::string_view text,
                                                                    const std::string& name,
                                                                    const Catalog& catalog,
                                                                    const Environment& environment) {
  return parse_yaml_file<CamerasFile>(text, name, [&](const YamlNode& root, Report& report) {
    if (root.kind != YamlNode::Kind::null) return Loader(catalog, environment, report).file(root);
    report.error(0, "", "expected a configuration with 'cameras', found an empty file");
    return CamerasFile();
  });
}

std::expected<CamerasFile, std::vector<Problem>> load_cameras_file(const std::filesystem::path& path,
                                                                   const Catalog& catalog,
                                                                   const Environment& environment) {
  const auto text = read_yaml_text(path);
  if (!text) return std::unexpected(text.error());
  return parse_cameras_file(*text, path.string(), catalog, environment);
}

}  // namespace kinesight::config
