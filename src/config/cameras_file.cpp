#include "config/cameras_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/nearest.h"
#include "config/section.h"
#include "config/text_file.h"
#include "config/yaml.h"

namespace kinesight::config {
namespace {

constexpr std::size_t kFileBytes = 1024 * 1024;
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
    if (const YamlNode* node = top.take("outbox")) file.outbox = outbox(*node);
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
  OutboxOptions outbox(const YamlNode& node) {
    OutboxOptions options;
    Section section(node, "outbox", report_, environment_);
    section.read(OutboxOptions::table(), &options);
    section.finish();
    return options;
  }

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
    ComponentConfig config = read_options(type, section, common.enabled, section);
    section.finish();
    if (!common.enabled) return;
    warn_if_unavailable(type, section, "its events will count as failed");
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
    camera.detectors = detectors(section, camera.options.enabled);
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
    const ComponentType* type = find(catalog_.sources, "kvs");
    if (!type) {
      report_.error(node.line, camera.path_of("kvs"),
                    "unknown source; expected " + one_of(names(catalog_.sources)));
      return std::nullopt;
    }
    Section section(node, camera.path_of("kvs"), report_, environment_);
    return finish_source(*type, section, enabled);
  }

  /// `source: {type: …}`.
  std::optional<ComponentConfig> typed_source(Section& camera, const YamlNode& node, bool enabled) {
    Section section(node, camera.path_of("source"), report_, environment_);
    const ComponentType* type = known_type(section, catalog_.sources);
    return type ? std::optional(finish_source(*type, section, enabled)) : std::nullopt;
  }

  ComponentConfig finish_source(const ComponentType& type, Section& section, bool enabled) {
    ComponentConfig config = read_options(type, section, enabled, section);
    section.finish();
    if (enabled) warn_if_unavailable(type, section, "the camera will be in state error");
    return config;
  }

  std::vector<ComponentConfig> detectors(Section& camera, bool enabled) {
    const YamlNode* node = camera.take("detectors");
    const std::string path = camera.path_of("detectors");
    const bool is_list = node && node->kind == YamlNode::Kind::list;
    std::vector<ComponentConfig> detectors;
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
      auto config = detector(node->items[i], fmt::format("{}[{}]", path, i), enabled);
      if (config) detectors.push_back(std::move(*config));
    }
    return detectors;
  }

  /// `- type: …` with its options under `params`.
  std::optional<ComponentConfig> detector(const YamlNode& node, const std::string& path, bool enabled) {
    Section section(node, path, report_, environment_);
    const ComponentType* type = known_type(section, catalog_.detectors);
    if (!type) return std::nullopt;
    YamlNode nothing;
    nothing.line = node.line;
    const YamlNode* params = section.take("params");
    Section options(params ? *params : nothing, path + ".params", report_, environment_);
    ComponentConfig config = read_options(*type, options, enabled, section);
    options.finish();
    section.finish(type->options, "params");
    if (enabled) warn_if_unavailable(*type, section, "the camera will be in state error");
    return config;
  }

  /// The options of `type` from `section`; `component` is the mapping that is the component.
  static ComponentConfig read_options(const ComponentType& type, Section& section, bool enabled,
                                      const Section& component) {
    ComponentConfig config{type.options->name(), Parsed(*type.options), component.line()};
    section.read(*type.options, config.options.object(), enabled ? Demand::complete : Demand::partial);
    return config;
  }

  /// What `type:` names, or nothing, reported.
  const ComponentType* known_type(Section& section, const std::vector<ComponentType>& types) {
    const std::string expected = one_of(names(types));
    const auto name = section.require("type", expected);
    if (!name) return nullptr;
    const ComponentType* type = find(types, *name);
    if (!type) {
      report_.error(section.take("type")->line, section.path_of("type"),
                    fmt::format("expected {}, found {}{}", expected, in_quotes(*name),
                                did_you_mean(*name, names(types))));
    }
    return type;
  }

  void warn_if_unavailable(const ComponentType& type, const Section& section, std::string_view consequence) {
    if (type.available) return;
    report_.warning(section.line(), section.path(),
                    fmt::format("'{}' is not in this version; {}", type.options->name(), consequence));
  }

  void warn_if_idle(const CamerasFile& file, const Section& top, const YamlNode& cameras) {
    const auto enabled = [](const CameraConfig& camera) { return camera.options.enabled; };
    if (std::ranges::none_of(file.cameras, enabled)) {
      report_.warning(cameras.line, "cameras", "no camera is enabled; there is nothing to do");
    }
    if (file.publishers.empty()) {
      report_.warning(top.line(), "publishers", "no publisher is enabled; events are counted and go nowhere");
    }
  }

  static std::vector<std::string> names(const std::vector<ComponentType>& types) {
    std::vector<std::string> names;
    for (const ComponentType& type : types) names.push_back(type.options->name());
    return names;
  }

  static const ComponentType* find(const std::vector<ComponentType>& types, const std::string& name) {
    const auto type =
        std::ranges::find_if(types, [&](const ComponentType& t) { return t.options->name() == name; });
    return type == types.end() ? nullptr : &*type;
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
  Report report(name);
  CamerasFile file;
  const auto good = check_text(text);
  const auto root = good ? parse_yaml(text) : std::unexpected(good.error());
  if (!root) {
    report.error(root.error().line, "", root.error().message);
  } else if (root->kind == YamlNode::Kind::null) {
    report.error(0, "", "expected a configuration with 'cameras', found an empty file");
  } else {
    file = Loader(catalog, environment, report).file(*root);
  }
  const bool failed = report.has_errors();
  std::vector<Problem> problems = report.take();
  if (failed) return std::unexpected(std::move(problems));
  file.warnings = std::move(problems);
  return file;
}

std::expected<CamerasFile, std::vector<Problem>> load_cameras_file(const std::filesystem::path& path,
                                                                   const Catalog& catalog,
                                                                   const Environment& environment) {
  const auto text = read_file(path, kFileBytes);
  if (text) return parse_cameras_file(*text, path.string(), catalog, environment);
  return std::unexpected(std::vector{Problem{Severity::error, path.string(), 0, "", text.error().message}});
}

}  // namespace kinesight::config
