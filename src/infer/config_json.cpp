#include "infer/config_json.h"

#include <algorithm>

namespace kinesight::infer {
namespace {

using config::YamlNode;
using Json = nlohmann::ordered_json;
using Kind = YamlNode::Kind;

constexpr int kDepth = 32;  ///< As much as a file may have.

Result<YamlNode> convert(const Json& json, int depth) {
  if (depth > kDepth)
    return fail(ErrorKind::invalid, "expected at most {} levels of nesting, found more", kDepth);
  YamlNode node;
  if (json.is_null()) return node;
  if (json.is_object()) {
    node.kind = Kind::map;
    for (const auto& [key, value] : json.items()) {
      auto converted = convert(value, depth + 1);
      if (!converted) return converted;
      node.entries.push_back({.key = key, .line = 0, .value = std::move(*converted)});
    }
  } else if (json.is_array()) {
    node.kind = Kind::list;
    for (const auto& item : json) {
      auto converted = convert(item, depth + 1);
      if (!converted) return converted;
      node.items.push_back(std::move(*converted));
    }
  } else {
    node.kind = Kind::scalar;
    node.text = json.is_string() ? json.get<std::string>() : json.dump();
  }
  return node;
}

/// Whether an entry of a region says what would hold without it.
bool is_default(const config::YamlEntry& entry) {
  const auto* option = config::RegionOptions::table().find(entry.key);
  if (!option || option->required) return false;
  if (entry.value.kind == Kind::list) return entry.value.items.empty() && option->default_text.empty();
  if (entry.value.kind != Kind::scalar) return false;
  const config::RegionOptions defaults;
  config::RegionOptions given;
  return option->assign(&given, config::Value::scalar(entry.value.text)) && option->same(&given, &defaults);
}

Json region_json(const config::RegionOptions& region) {
  const auto word = [&](const char* key) { return config::RegionOptions::table().find(key)->show(&region); };
  Json polygon = Json::array();
  for (const auto& point : region.polygon) polygon.push_back({point.x, point.y});
  return {{"name", region.name},
          {"mode", word("mode")},
          {"polygon", std::move(polygon)},
          {"anchor", word("anchor")},
          {"schedule", region.schedule},
          {"min_width", region.min_width},
          {"min_height", region.min_height},
          {"max_width", region.max_width},
          {"max_height", region.max_height}};
}

Json list_json(const std::vector<config::RegionOptions>& regions) {
  Json list = Json::array();
  for (const auto& region : regions) list.push_back(region_json(region));
  return list;
}

}  // namespace

Result<YamlNode> yaml_of(const Json& json) { return convert(json, 0); }

Result<YamlNode> regions_yaml(const Json& json) {
  if (!json.is_array())
    return fail(ErrorKind::invalid, "expected a list of regions, found {}", json.type_name());
  auto regions = yaml_of(json);
  if (!regions) return regions;
  for (auto& region : regions->items) std::erase_if(region.entries, is_default);
  return regions;
}

Json regions_json(const config::CameraConfig& camera) {
  Json detectors = Json::array();
  for (const auto& detector : camera.detectors) {
    detectors.push_back({{"type", detector.type}, {"regions", list_json(detector.regions)}});
  }
  return {{"id", camera.id}, {"regions", list_json(camera.regions)}, {"detectors", std::move(detectors)}};
}

}  // namespace kinesight::infer
